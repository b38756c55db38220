// Deliveries that gave up: why, and what to do with them. Retried in the order of the log, or dropped with a note.
import { useState } from 'react';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { formatCount } from '../../shared/format';
import { useFilters } from '../../shared/use-filters';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SelectField } from '../../ui/fields';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { DropDialog, RetryAllDialog, RetryButton } from './dead-letter-acts';
import { LETTER_STATES, letterState } from './event-words';
import { EventsNav } from './events-nav';
import styles from './events.module.css';

type DeadLetter = Schemas['DeadLetter'];

const shape = { consumer: 'text', state: 'text' } as const;

const REFRESH_MS = 10_000;

export function Component() {
  const project = useProject();
  const me = useMe();
  const { values, change } = useFilters(shape);
  const [open, setOpen] = useState<DeadLetter | 'all' | null>(null);
  const consumers = $api.useQuery('get', '/api/v1/events/consumers', {}, { refetchInterval: REFRESH_MS });
  const query = usePages<DeadLetter>({
    key: ['dead letters', values],
    load: async (cursor, signal) => {
      const filter = { consumer: values.consumer || undefined, state: values.state || undefined };
      return (await api.GET('/api/v1/dlq', { params: { query: { cursor, ...filter } }, signal })).data!;
    },
    refetchIntervalMs: REFRESH_MS,
  });
  const on = [...(values.consumer ? [`consumer: ${values.consumer}`] : []), ...(values.state ? [`state: ${letterState(values.state).word.toLowerCase()}`] : [])];
  const filtered = on.length > 0 ? { words: on.join(', '), clear: () => change({ consumer: '', state: '' }) } : undefined;
  const withDead = (consumers.data?.data ?? []).filter(({ dead }) => dead > 0);
  return (
    <Page title="Dead letters" subtitle="An event that a consumer did not take after all its attempts is put aside here, and the thing’s later events go on." above={[{ label: 'Events', to: `/${project.slug}/events` }]}>
      <EventsNav />
      <Card
        title="Deliveries that gave up"
        flush
        aside={
          <div className={styles.filters}>
            <Chips
              label="Filter by state"
              chips={LETTER_STATES.map((state) => ({ value: state, word: letterState(state) }))}
              chosen={values.state ? [values.state] : []}
              onToggle={(state) => change({ state: values.state === state ? '' : state })}
              onClear={() => change({ state: '' })}
            />
            <SelectField label="Consumer" value={values.consumer} onChange={(consumer) => change({ consumer })} options={[['', 'All consumers'], ...(consumers.data?.data ?? []).map(({ name }): [string, string] => [name, name])]} />
            {withDead.length > 0 && (
              <NeedsRole role="admin" to="dead letters but not retry or drop them">
                <Button onClick={() => setOpen('all')}>Retry all…</Button>
              </NeedsRole>
            )}
          </div>
        }
      >
        <List query={query} noun="dead letters" filtered={filtered} empty={<p>Every event was delivered. What gives up after its last attempt comes here with its reason.</p>}>
          {(rows, busy) => <Table caption="Dead letters, newest first" columns={columns(mayAct(me.role, 'admin') ? setOpen : null)} rows={rows} rowKey={(row) => row.id} busy={busy} />}
        </List>
      </Card>
      {open === 'all' && <RetryAllDialog consumers={withDead} chosen={values.consumer} onClose={() => setOpen(null)} />}
      {open !== null && open !== 'all' && <DropDialog letter={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

const columns = (onDrop: ((letter: DeadLetter) => void) | null): Column<DeadLetter>[] => [
  { key: 'state', header: 'State', cell: (row) => <Status word={letterState(row.state)} quiet /> },
  { key: 'type', header: 'Event', names: true, cell: (row) => row.type },
  { key: 'position', header: 'Number', end: true, cell: (row) => <span className="number">#{formatCount(row.position)}</span> },
  { key: 'consumer', header: 'Consumer', cell: (row) => <span className="mono">{row.consumer}</span> },
  { key: 'thing', header: 'About', cell: (row) => <CopyableId id={row.entity_id} label="id" short /> },
  { key: 'reason', header: 'Why it gave up', prose: true, cell: (row) => row.reason },
  { key: 'attempts', header: 'Attempts', end: true, cell: (row) => <span className="number">{formatCount(row.attempts)}</span> },
  { key: 'at', header: 'Gave up', cell: (row) => <Instant at={row.died_at} /> },
  {
    key: 'decided',
    header: 'Decided',
    prose: true,
    cell: (row) =>
      row.decided_at ? (
        <>
          <Instant at={row.decided_at} />
          {row.decided_by && <> by {row.decided_by}</>}
          {row.note && <>: “{row.note}”</>}
        </>
      ) : (
        <Missing />
      ),
  },
  ...(onDrop === null
    ? []
    : [
        {
          key: 'acts',
          header: 'Acts',
          cell: (row: DeadLetter) =>
            row.state === 'dead' ? (
              <span className={styles.acts}>
                <RetryButton letter={row} />
                <Button size="xs" onClick={() => onDrop(row)}>
                  Drop…
                  <span className="visually-hidden"> {row.type} to {row.consumer}</span>
                </Button>
              </span>
            ) : (
              <Missing />
            ),
        },
      ]),
];
