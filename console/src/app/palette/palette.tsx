// One field to go, find and do. The list is driven from the field: arrows move, Enter takes, Esc puts the reader back.
import { Modal } from '@mantine/core';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { useSettled } from '../../shared/use-settled';
import { countOf } from '../../shared/format';
import { Icon } from '../icons';
import { byId, fitting, placesIn, useFound, type Entry, type EntryGroup, type Found } from './entries';
import styles from './palette.module.css';

export default function Palette({ project, acts, onClose }: { project: string; acts: Entry[]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} withCloseButton={false} size="lg" yOffset="10vh" padding={0} transitionProps={{ duration: 0 }} classNames={{ content: styles.content, overlay: styles.overlay }} aria-label="Search or run a command">
      <Search project={project} acts={acts} onClose={onClose} />
    </Modal>
  );
}

function Search({ project, acts, onClose }: { project: string; acts: Entry[]; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const asked = useSettled(typed, 150);
  const found = useFound(project, asked);
  const known = [{ title: 'Open', entries: byId(project, typed) }, { title: 'Go to', entries: fitting(placesIn(project), typed) }, { title: 'Do', entries: fitting(acts, typed) }].filter((group) => group.entries.length > 0);
  const groups = [...known, ...found.groups.filter((group) => group.entries.length > 0)];
  const flat = groups.flatMap((group) => group.entries);
  // Until then what was found answers to an earlier text.
  const waits = asked !== typed || found.busy;
  const [owed, setOwed] = useState(false);
  const current = Math.min(at, flat.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current, typed]);

  const take = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    if (entry.to !== undefined) void navigate(entry.to);
    entry.act?.();
  };
  // Whoever types a name and Enter in one go gets what has that name, not what had its beginning.
  useEffect(() => {
    if (!owed || waits) return;
    setOwed(false);
    take(flat[current]);
  });
  const press = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: flat.length - 1 };
    const to = moves[event.key];
    if (event.key === 'Enter' && waits && known.length === 0 && at === 0) setOwed(true);
    else if (event.key === 'Enter') take(flat[current]);
    else if (to !== undefined && flat.length > 0 && !(typed !== '' && (event.key === 'Home' || event.key === 'End'))) setAt((to + flat.length) % flat.length);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className={styles.field}>
        <Icon name="search" size={18} />
        <input
          type="text"
          role="combobox"
          aria-label="Search or run a command"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={flat.length > 0 ? `${listId}-${current}` : undefined}
          placeholder="A page, an act, a name, a SKU or an id"
          // At once, so that no letter typed right after the keys is lost.
          autoFocus
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
            setOwed(false);
          }}
          onKeyDown={press}
        />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label="Answers" aria-busy={found.busy} className={styles.list}>
        <Groups groups={groups} listId={listId} current={current} onTake={take} onPoint={setAt} />
      </div>
      <p className={styles.foot} role="status">
        {footOf(found, flat.length)}
      </p>
    </>
  );
}

const spoken = new Intl.ListFormat('en');

function footOf({ failed, busy, partly, more }: Found, answers: number): string {
  const nothing = busy ? 'Searching…' : 'Nothing has this name. Variants are found by SKU, title or vendor; price changes, rules and runs by their name; all of them by their whole id.';
  return [
    failed && 'The search did not get every answer.',
    answers === 0 ? nothing : `${countOf(answers, 'answer', 'answers')}.`,
    partly.length > 0 && `Only ${spoken.format(partly)} were looked through.`,
    more && 'There is more than is shown. Type more of the name.',
  ]
    .filter(Boolean)
    .join(' ');
}

function Groups({ groups, listId, current, onTake, onPoint }: { groups: EntryGroup[]; listId: string; current: number; onTake: (entry: Entry) => void; onPoint: (index: number) => void }) {
  let index = -1;
  return groups.map((group) => (
    <div key={group.title} role="group" aria-label={group.title}>
      <div className={styles.title} aria-hidden="true">
        {group.title}
      </div>
      {group.entries.map((entry) => {
        index += 1;
        const own = index;
        return (
          <div
            key={entry.id}
            id={`${listId}-${own}`}
            role="option"
            aria-selected={own === current}
            className={styles.entry}
            onClick={() => onTake(entry)}
            onMouseMove={() => onPoint(own)}
          >
            <Icon name={entry.icon} />
            <span className={styles.label}>{entry.label}</span>
            {entry.aside && <span className={styles.aside}>{entry.aside}</span>}
          </div>
        );
      })}
    </div>
  ));
}
