// What will start by itself: price changes that were approved for an instant, and sales whose prices return.
import { useQueries } from '@tanstack/react-query';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { priceChangeState } from '../../shared/words';
import { Card } from '../../ui/card';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant } from '../../ui/values';
import { comingUp, type Coming } from './coming-up';

type PriceChange = Schemas['PriceChange'];

/** More than these are not asked for one by one. */
const NAMED_MAX = 20;

export function ComingUpCard() {
  const project = useProject();
  const jobs = (kind: string) => ({ params: { query: { kind, state: 'queued', limit: 50 } } });
  const starts = $api.useQuery('get', '/api/v1/jobs', jobs('price_changes.start'), { refetchInterval: 60_000 });
  const returns = $api.useQuery('get', '/api/v1/jobs', jobs('price_changes.return'), { refetchInterval: 60_000 });
  const coming = comingUp([...(starts.data?.data ?? []), ...(returns.data?.data ?? [])], Date.now());
  const named = useQueries({
    queries: coming.slice(0, NAMED_MAX).map(({ priceChangeId }) => $api.queryOptions('get', '/api/v1/price-changes/{id}', { params: { path: { id: priceChangeId } } })),
  });
  if (coming.length === 0) return null;
  const titles = new Map(named.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
  return (
    <Card title="By the clock" flush>
      <Table
        caption="What will start by itself, soonest first"
        columns={columns(titles)}
        rows={coming}
        rowKey={(row) => row.jobId}
        rowTo={(row) => `/${project.slug}/price-changes/${row.priceChangeId}`}
      />
    </Card>
  );
}

const columns = (changes: Map<string, PriceChange>): Column<Coming>[] => [
  { key: 'title', header: 'Price change', names: true, line: true, cell: (row) => changes.get(row.priceChangeId)?.title ?? row.priceChangeId },
  { key: 'what', header: 'What happens', prose: true, cell: (row) => (row.kind === 'start' ? 'Starts by itself, if it is still fresh' : 'The sale ends: its prices return by themselves') },
  { key: 'at', header: 'When', cell: (row) => <Instant at={row.at} absolute /> },
  {
    key: 'state',
    header: 'State',
    cell: (row) => {
      const change = changes.get(row.priceChangeId);
      return change ? <Status word={priceChangeState(change.state)} quiet /> : <CopyableId id={row.jobId} label="job id" short />;
    },
  },
];
