// All runs, newest first: what was applied, and what was taken back.
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { formatCount } from '../../shared/format';
import { runKind, runState } from '../../shared/words';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import { ComingUpCard } from './coming-up-card';

type Run = Schemas['Run'];

export function Component() {
  const project = useProject();
  const query = usePages<Run>({
    key: ['runs', project.slug],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/runs', { params: { query: { project: project.slug, cursor } }, signal });
      return data!;
    },
  });
  return (
    <Page title="Runs" subtitle="Each run writes the prices of one approved price change to the shop, or takes them back.">
      <ComingUpCard />
      <Card title="All runs" flush>
        <List query={query} noun="runs" empty={<p>Nothing has been applied yet. A run starts when somebody applies an approved price change.</p>}>
          {(rows, busy) => <Table caption="Runs, newest first" columns={columns} rows={rows} rowKey={(row) => row.id} rowTo={(row) => row.id} busy={busy} />}
        </List>
      </Card>
    </Page>
  );
}

const columns: Column<Run>[] = [
  { key: 'title', header: 'Price change', names: true, line: true, cell: (row) => row.title },
  { key: 'kind', header: 'Kind', cell: (row) => runKind(row.kind) },
  { key: 'state', header: 'State', cell: (row) => <Status word={runState(row.state)} /> },
  { key: 'applied', header: 'Applied', end: true, cell: (row) => <Of count={row.counts.applied} total={row.total} /> },
  { key: 'failed', header: 'Failed', end: true, cell: (row) => <Count count={row.counts.failed} /> },
  { key: 'conflict', header: 'Conflicts', end: true, cell: (row) => <Count count={row.counts.conflict} /> },
  { key: 'actor', header: 'Started by', line: true, cell: (row) => row.actor },
  { key: 'at', header: 'Started', cell: (row) => <Instant at={row.created_at} /> },
];

function Count({ count }: { count: number }) {
  return <span className={count > 0 ? 'number' : 'number muted'}>{formatCount(count)}</span>;
}

function Of({ count, total }: { count: number; total: number }) {
  return (
    <span className="number">
      {formatCount(count)} <span className="muted">of {formatCount(total)}</span>
    </span>
  );
}
