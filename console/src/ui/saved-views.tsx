// A list as one likes to see it, under a name: a button that says which view is seen, and a panel to open and keep them.
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { $api } from '../api/client';
import { useProject } from '../app/project';
import { hasChanged, isBare, searchOf, VIEW } from '../shared/views';
import { Button } from './button';
import { Panel } from './panel';
import { SavedViewsPanel } from './saved-views-panel';
import styles from './saved-views.module.css';

interface SavedViewsProps {
  /** The list, under the name that its page has in the address. */
  list: string;
  /** Names in the address that a view does not keep, such as what is open just now. */
  passing?: readonly string[];
}

const NONE: readonly string[] = [];

export function SavedViews({ list, passing = NONE }: SavedViewsProps) {
  const project = useProject();
  const [params, setParams] = useSearchParams();
  const [opened, setOpened] = useState(false);
  const named = params.get(VIEW);
  const views = $api.useQuery('get', '/api/v1/views', { params: { query: { project: project.slug, list, limit: 200 } } }, { enabled: opened || named !== null });
  const current = views.data?.data.find(({ id }) => id === named);
  const changed = current !== undefined && hasChanged(current.query, params, passing);

  // An address that came with nothing but a view's name is filled with what it holds. One whose filters were cleared is not,
  // nor one that has the name from here.
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (current === undefined || known.current === current.id) return;
    known.current = current.id;
    if (current.query !== '' && isBare(params)) setParams(searchOf(current), { replace: true, preventScrollReset: true });
  }, [current, params, setParams]);

  return (
    <Panel
      label="Views"
      opened={opened}
      onOpened={setOpened}
      target={
        <Button onClick={() => setOpened(!opened)}>
          <span className={styles.button}>{current === undefined ? 'Views' : `${changed ? 'Changed view' : 'View'}: ${current.name}`}</span>
        </Button>
      }
    >
      <SavedViewsPanel list={list} passing={passing} views={views} current={current} changed={changed} onGo={() => setOpened(false)} onNamed={(id) => (known.current = id)} />
    </Panel>
  );
}
