// The panel of saved views: open one, keep what is seen under a name, rename, delete.
import { useEffect, useRef, useState, type RefObject } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Schemas } from '../api/client';
import { nameFault, queryOf, searchOf, VIEW } from '../shared/views';
import { Button } from './button';
import { TextField } from './fields';
import { Skeleton } from './list';
import { ProblemPanel } from './problem-panel';
import styles from './saved-views.module.css';
import { useViewActs } from './use-view-acts';

type SavedView = Schemas['SavedView'];
type Acts = ReturnType<typeof useViewActs>;

interface PanelProps {
  list: string;
  passing: readonly string[];
  views: { data: { data: SavedView[] } | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  current: SavedView | undefined;
  changed: boolean;
  onGo: () => void;
  /** Told of a view before the address names it. */
  onNamed: (id: string) => void;
}

export function SavedViewsPanel({ list, passing, views, current, changed, onGo, onNamed }: PanelProps) {
  const [params] = useSearchParams();
  const acts = useViewActs(list, onNamed);
  const [asked, setAsked] = useState<{ act: 'rename' | 'delete'; id: string } | null>(null);
  const all = views.data?.data;
  const title = useRef<HTMLHeadingElement>(null);
  const done = () => {
    setAsked(null);
    title.current?.focus();
  };
  return (
    <>
      <h2 ref={title} tabIndex={-1} className={styles.title}>
        Views
      </h2>
      {views.error ? <ProblemPanel problem={views.error} onRetry={() => void views.refetch()} /> : null}
      {views.isPending ? <Skeleton rows={3} /> : null}
      {all?.length === 0 && <p className="muted">A view is a list as you like to see it: its filters and columns, under a name that only you see. You have none of this list yet.</p>}
      {all !== undefined && all.length > 0 && (
        <ul className={styles.views}>
          {all.map((view) => (
            <li key={view.id}>
              {asked?.id !== view.id ? (
                <ViewLine view={view} isCurrent={view === current} onGo={onGo} onAsk={(act) => setAsked({ act, id: view.id })} />
              ) : asked.act === 'rename' ? (
                <Rename view={view} others={all.filter((other) => other !== view)} acts={acts} onDone={done} />
              ) : (
                <Delete view={view} acts={acts} onDone={done} />
              )}
            </li>
          ))}
        </ul>
      )}
      {params.has(VIEW) && all !== undefined && current === undefined && <p className="muted">The address names a view that is not yours or is gone. What it filters by holds.</p>}
      {current !== undefined && changed && (
        <div className={styles.changed} role="group" aria-label="What changed">
          <p>Changed since “{current.name}” was saved.</p>
          <div className={styles.acts}>
            <Button size="xs" weight="primary" busy={acts.busy} onClick={() => void acts.save(current.name, queryOf(params, passing))}>
              Save the change
            </Button>
            <Link to={searchOf(current)} replace preventScrollReset className={styles.back}>
              Back to how it was saved
            </Link>
          </div>
        </div>
      )}
      {all !== undefined && <SaveAs taken={all.map(({ name }) => name)} acts={acts} onSave={(name) => acts.save(name, queryOf(params, passing))} />}
      {acts.problem ? <ProblemPanel problem={acts.problem} notDone={acts.notDone} /> : null}
    </>
  );
}

function ViewLine({ view, isCurrent, onGo, onAsk }: { view: SavedView; isCurrent: boolean; onGo: () => void; onAsk: (act: 'rename' | 'delete') => void }) {
  return (
    <div className={styles.line}>
      <Link to={searchOf(view)} onClick={onGo} aria-current={isCurrent ? 'true' : undefined}>
        {view.name}
      </Link>
      <Button size="xs" weight="quiet" onClick={() => onAsk('rename')}>
        Rename<span className="visually-hidden"> {view.name}</span>
      </Button>
      <Button size="xs" weight="quiet" onClick={() => onAsk('delete')}>
        Delete<span className="visually-hidden"> {view.name}</span>
      </Button>
    </div>
  );
}

function SaveAs({ taken, acts, onSave }: { taken: string[]; acts: Acts; onSave: (name: string) => Promise<boolean> }) {
  const [name, setName] = useState('');
  const [pressed, setPressed] = useState(false);
  const fault = nameFault(name, taken);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        setPressed(true);
        if (fault === undefined && !acts.busy)
          void onSave(name.trim()).then((saved) => {
            if (!saved) return;
            setName('');
            setPressed(false);
          });
      }}
    >
      <TextField label="Save what is seen as" value={name} onChange={setName} error={pressed ? fault : undefined} />
      <Button type="submit" busy={acts.busy}>
        Save the view
      </Button>
    </form>
  );
}

function Rename({ view, others, acts, onDone }: { view: SavedView; others: SavedView[]; acts: Acts; onDone: () => void }) {
  const [name, setName] = useState(view.name);
  const fault = nameFault(name, others.map((other) => other.name));
  const same = name.trim() === view.name;
  const form = useFocusInside<HTMLFormElement>();
  return (
    <form
      ref={form}
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (same) onDone();
        else if (fault === undefined && !acts.busy) void acts.rename(view, name.trim()).then((renamed) => renamed && onDone());
      }}
    >
      <TextField label={`New name of “${view.name}”`} value={name} onChange={setName} error={fault} />
      <div className={styles.acts}>
        <Button size="xs" onClick={onDone}>
          Keep the name
        </Button>
        <Button size="xs" type="submit" weight="primary" busy={acts.busy}>
          Rename the view
        </Button>
      </div>
    </form>
  );
}

function Delete({ view, acts, onDone }: { view: SavedView; acts: Acts; onDone: () => void }) {
  const group = useFocusInside<HTMLDivElement>();
  return (
    <div ref={group} className={styles.form} role="group" aria-label={`Delete ${view.name}`}>
      <p>Delete the view “{view.name}”? The list and its prices stay as they are.</p>
      <div className={styles.acts}>
        <Button size="xs" onClick={onDone}>
          Keep the view
        </Button>
        <Button size="xs" weight="danger" busy={acts.busy} onClick={() => void acts.remove(view).then((gone) => gone && onDone())}>
          Delete the view
        </Button>
      </div>
    </div>
  );
}

/** What takes the place of a line takes the focus too. */
function useFocusInside<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null);
  useEffect(() => place.current?.querySelector<HTMLElement>('input, button')?.focus(), []);
  return place;
}
