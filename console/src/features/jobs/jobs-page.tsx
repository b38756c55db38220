// Work in the background: what waits, runs, was done or gave up, and the two acts upon it.
import { useCallback, useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { formatCount } from '../../shared/format';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SearchField } from '../../ui/fields';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { CancelDialog, RetryButton } from './job-acts';
import { JOB_STATES, jobState, mayCancel, mayRetry } from './job-words';
import { JobsNav } from './jobs-nav';
import styles from './jobs.module.css';

type Job = Schemas['Job'];

const shape = { state: 'list', kind: 'text' } as const;

const REFRESH_MS = 5_000;

export function Component() {
  const me = useMe();
  const { values, change } = useFilters(shape);
  const commit = useCallback((kind: string) => change({ kind }, 'type'), [change]);
  const [typed, setTyped] = useTypedFilter(values.kind, commit);
  const [cancelled, setCancelled] = useState<Job | null>(null);
  const query = usePages<Job>({
    key: ['jobs', values],
    load: async (cursor, signal) => {
      const filter = { state: values.state.join(',') || undefined, kind: values.kind || undefined };
      return (await api.GET('/api/v1/jobs', { params: { query: { cursor, ...filter } }, signal })).data!;
    },
    refetchIntervalMs: REFRESH_MS,
  });
  const on = [...(values.state.length > 0 ? [`state: ${values.state.map((state) => jobState(state).word.toLowerCase()).join(', ')}`] : []), ...(values.kind ? [`kind: ${values.kind}`] : [])];
  const clear = () => {
    setTyped('');
    change({ state: [], kind: '' });
  };
  return (
    <Page title="Jobs" subtitle="Work in the background. What was done or cancelled is kept for a week; what gave up waits for somebody.">
      <JobsNav />
      <Card
        title="All jobs"
        flush
        aside={
          <div className={styles.filters}>
            <Chips
              label="Filter by state"
              chips={JOB_STATES.map((state) => ({ value: state, word: jobState(state) }))}
              chosen={values.state}
              onToggle={(state) => change({ state: toggled(values.state, state) })}
              onClear={() => change({ state: [] })}
            />
            <SearchField label="Kind, such as runs.apply_batch" value={typed} onChange={setTyped} />
            <NeedsRole role="admin" to="jobs but not retry or cancel them">
              {null}
            </NeedsRole>
          </div>
        }
      >
        <List query={query} noun="jobs" filtered={on.length > 0 ? { words: on.join('; '), clear } : undefined} empty={<p>There is nothing to do in the background, and nothing was done in the last week.</p>}>
          {(rows) => <Table caption="Jobs, newest first" columns={columns(rows, mayAct(me.role, 'admin') ? setCancelled : null)} rows={rows} rowKey={(row) => row.id} />}
        </List>
      </Card>
      {cancelled && <CancelDialog job={cancelled} onClose={() => setCancelled(null)} />}
    </Page>
  );
}

const columns = (rows: Job[], onCancel: ((job: Job) => void) | null): Column<Job>[] => [
  { key: 'state', header: 'State', cell: (row) => <Status word={jobState(row.state)} quiet /> },
  { key: 'kind', header: 'Work', names: true, cell: (row) => <span className="mono" title={`Priority ${row.priority}`}>{row.kind}</span> },
  { key: 'id', header: 'Id', cell: (row) => <CopyableId id={row.id} label="job id" short /> },
  { key: 'payload', header: 'About', line: true, cell: (row) => <Payload job={row} /> },
  { key: 'attempts', header: 'Attempts', end: true, cell: (row) => <span className="number">{formatCount(row.attempts)}</span> },
  { key: 'at', header: 'Due or ended', cell: (row) => <Instant at={row.finished_at ?? row.run_at} absolute={row.state === 'queued'} /> },
  ...(rows.some(({ last_error: error }) => error) ? [{ key: 'error', header: 'Why the last attempt failed', prose: true, cell: (row: Job) => row.last_error ?? <Missing /> }] : []),
  ...(onCancel === null
    ? []
    : [
        {
          key: 'acts',
          header: 'Acts',
          cell: (row: Job) =>
            mayRetry(row.state) || mayCancel(row.state) ? (
              <span className={styles.acts}>
                {mayRetry(row.state) && <RetryButton job={row} />}
                {mayCancel(row.state) && (
                  <Button size="xs" onClick={() => onCancel(row)}>
                    Cancel…
                    <span className="visually-hidden"> {row.kind}</span>
                  </Button>
                )}
              </span>
            ) : (
              <Missing />
            ),
        },
      ]),
];

function Payload({ job }: { job: Job }) {
  const text = JSON.stringify(job.payload ?? {});
  return (
    <code className={styles.payload} title={text}>
      {text}
    </code>
  );
}
