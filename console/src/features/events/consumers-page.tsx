// Who follows the event log, and how far each is.
import { useState } from 'react';
import { Link } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { formatCount } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { ageInWords, behindInWords, consumerState } from './event-words';
import { EventsNav } from './events-nav';
import { ReplayDialog } from './replay-dialog';

type Consumer = Schemas['Consumer'];

const REFRESH_MS = 5_000;

export function Component() {
  const query = $api.useQuery('get', '/api/v1/events/consumers', {}, { refetchInterval: REFRESH_MS });
  const project = useProject();
  const me = useMe();
  const [replay, setReplay] = useState<string | null>(null);
  return (
    <Page title="Consumers" subtitle="Each consumer gets every event at least once, in order for each thing. One that is away holds up nobody else." above={[{ label: 'Events', to: `/${project.slug}/events` }]}>
      <EventsNav />
      <Card
        title="Consumers of the log"
        flush
        aside={
          <NeedsRole role="admin" to="how consumers fare but not replay events">
            <Button onClick={() => setReplay('')}>Replay a span…</Button>
          </NeedsRole>
        }
      >
        {query.error ? <ProblemPanel problem={query.error} still={query.data ? 'The figures below are from the last time it worked.' : ''} onRetry={() => void query.refetch()} /> : null}
        {query.isPending ? <Skeleton rows={4} /> : null}
        {query.data && <Table caption="Consumers of the event log" columns={columns(project.slug, query.data.data, mayAct(me.role, 'admin') ? setReplay : null)} rows={query.data.data} rowKey={(row) => row.name} />}
      </Card>
      {replay !== null && <ReplayDialog consumer={replay} onClose={() => setReplay(null)} />}
    </Page>
  );
}

const columns = (project: string, rows: Consumer[], onReplay: ((consumer: string) => void) | null): Column<Consumer>[] => [
  { key: 'name', header: 'Consumer', names: true, cell: (row) => <span className="mono">{row.name}</span> },
  { key: 'state', header: 'State', cell: (row) => <Status word={consumerState(row)} /> },
  { key: 'behind', header: 'Events behind', end: true, cell: (row) => <span className="number">{behindInWords(row.behind)}</span> },
  { key: 'age', header: 'Oldest waits', end: true, cell: (row) => (row.age_s > 0 ? <span className="number">{ageInWords(row.age_s)}</span> : <Missing />) },
  { key: 'pace', header: 'A minute', end: true, cell: (row) => <span className="number">{formatCount(row.per_minute)}</span> },
  { key: 'retrying', header: 'Trying again', end: true, cell: (row) => <span className="number">{formatCount(row.retrying)}</span> },
  {
    key: 'dead',
    header: 'Dead letters',
    end: true,
    cell: (row) =>
      row.dead > 0 ? (
        <Link to={`/${project}/events/dead-letters?state=dead&consumer=${encodeURIComponent(row.name)}`}>
          {formatCount(row.dead)}
          <span className="visually-hidden"> dead letters of {row.name}</span>
        </Link>
      ) : (
        <span className="number muted">0</span>
      ),
  },
  { key: 'last', header: 'Last delivery', cell: (row) => (row.last_delivery_at ? <Instant at={row.last_delivery_at} /> : <Missing />) },
  ...(rows.some(({ last_error: error }) => error) ? [{ key: 'error', header: 'Held up by', prose: true, cell: (row: Consumer) => row.last_error ?? <Missing /> }] : []),
  ...(onReplay === null
    ? []
    : [
        {
          key: 'act',
          header: 'Act',
          cell: (row: Consumer) => (
            <Button size="xs" onClick={() => onReplay(row.name)}>
              Replay…<VisuallyHidden text={` to ${row.name}`} />
            </Button>
          ),
        },
      ]),
];

const VisuallyHidden = ({ text }: { text: string }) => <span className="visually-hidden">{text}</span>;
