// Why prices were not written, grouped by the server: each reason with its count, one click away from its prices.
import { $api, type Schemas } from '../../api/client';
import { formatCount } from '../../shared/format';
import { humanised, targetState } from '../../shared/words';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Missing } from '../../ui/values';

type Run = Schemas['Run'];
type Reason = Schemas['Reason'];

const REFRESH_MS = 3_000;

/** Whether any price ended otherwise than written. */
export const hasReasons = ({ counts }: Run) => counts.failed + counts.conflict + counts.skipped > 0;

export function ReasonsCard({ run }: { run: Run }) {
  const query = $api.useQuery('get', '/api/v1/runs/{id}/reasons', { params: { path: { id: run.id } } }, { refetchInterval: run.settled ? false : REFRESH_MS });
  const rows = query.data?.data;
  return (
    <Card title="Reasons" flush anchor="reasons">
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {rows && <Table caption="Reasons why prices were not written, most frequent first" columns={columns} rows={rows} rowKey={(row) => `${row.state} ${row.reason_code}`} />}
    </Card>
  );
}

const columns: Column<Reason>[] = [
  { key: 'state', header: 'State', cell: (row) => <Status word={targetState(row.state)} quiet /> },
  { key: 'code', header: 'Reason', names: true, cell: (row) => <span title={row.reason_code}>{humanised(row.reason_code.replace(/^.*\./, ''))}</span> },
  { key: 'reason', header: 'In words', prose: true, cell: (row) => row.reason ?? <Missing /> },
  { key: 'count', header: 'Prices', end: true, cell: (row) => <span className="number">{formatCount(row.count)}</span> },
  {
    key: 'see',
    header: 'Which',
    cell: (row) => (
      <ButtonLink size="xs" to={`?state=${row.state}&reason_code=${encodeURIComponent(row.reason_code)}#prices`}>
        See them<span className="visually-hidden">: {row.reason_code}</span>
      </ButtonLink>
    ),
  },
];
