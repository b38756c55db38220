// What a roll back would do, told before anybody does it: how many prices go back, and which were changed since and stay.
import { Link, useLocation } from 'react-router';
import { $api, type Schemas } from '../api/client';
import { useProject } from '../app/project';
import { countOf, formatCount } from '../shared/format';
import { Skeleton } from './list';
import { ProblemPanel } from './problem-panel';
import { Table, type Column } from './table';
import { Missing, MoneyValue } from './values';

type Preview = Schemas['RollBackPreview'];
type Changed = Schemas['ChangedSince'];

/** Of the run that would be taken back; asked anew each time it is shown. */
export function RollBackPreview({ run }: { run: string }) {
  const project = useProject();
  const { pathname } = useLocation();
  const query = $api.useQuery('get', '/api/v1/runs/{id}/rollback', { params: { path: { id: run } } }, { staleTime: 0 });
  if (query.error) return <ProblemPanel problem={query.error} notDone="What would go back is not known. Nothing was written." onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton rows={2} />;
  const all = `/${project.slug}/runs/${run}/rollback`;
  return (
    <>
      <RollBackEffects preview={query.data} />
      {pathname !== all && (
        <p>
          <Link to={all}>See every price that goes back</Link>
        </p>
      )}
    </>
  );
}

export function RollBackSentence({ preview: { prices, changed, unsure } }: { preview: Preview }) {
  return (
    <p role="status">
      <b>{prices === 1 ? '1 price goes back' : `${formatCount(prices)} prices go back`}</b> to exactly what {prices === 1 ? 'it was' : 'they were'} before, compare-at included.
      {changed > 0 && ` ${changed === 1 ? '1 was' : `${formatCount(changed)} were`} changed again since and ${changed === 1 ? 'is' : 'are'} left out.`}
      {unsure > 0 && ` ${countOf(unsure, 'price', 'prices')} may or may not have been written; what was written goes back too.`}
    </p>
  );
}

export function RollBackEffects({ preview }: { preview: Preview }) {
  const project = useProject();
  const { changed, changed_since } = preview;
  return (
    <>
      <RollBackSentence preview={preview} />
      {changed_since.length > 0 && (
        <Table caption="Changed since, and left as they are" columns={columns} rows={changed_since} rowKey={(row) => row.variant_id} rowTo={(row) => `/${project.slug}/catalog/${row.variant_id}`} total={changed} />
      )}
    </>
  );
}

const columns: Column<Changed>[] = [
  { key: 'name', header: 'Left as it is', names: true, cell: (row) => `${row.sku} ${row.title}`.trim() },
  { key: 'written', header: 'Written', end: true, cell: (row) => <MoneyValue money={row.written} /> },
  { key: 'now', header: 'Now', end: true, cell: (row) => (row.now ? <MoneyValue money={row.now} /> : <Missing />) },
];
