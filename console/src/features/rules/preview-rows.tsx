// Rows of a preview. Columns for guardrails and the prior price stand only where a row has something to say in them.
import type { Schemas } from '../../api/client';
import { reasonInWords } from '../../shared/reasons';
import { outcomeWord } from '../../shared/words';
import { GuardrailMarks, isJudged } from '../../ui/guardrails';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { MoneyValue, PercentValue } from '../../ui/values';

type PreviewRow = Schemas['PreviewRow'];

export function PreviewRows({ caption, rows }: { caption: string; rows: PreviewRow[] }) {
  const columns = [...always, ...(rows.some((row) => row.prior_price) ? [prior] : []), ...(rows.some((row) => isJudged(row) || row.reason) ? [guardrails] : [])];
  return <Table caption={caption} columns={columns} rows={rows} rowKey={(row) => row.variant_id} />;
}

const always: Column<PreviewRow>[] = [
  {
    key: 'sku',
    header: 'SKU',
    names: true,
    cell: (row) => (
      <span className="mono" title={row.title}>
        {row.sku || 'no SKU'}
      </span>
    ),
  },
  { key: 'before', header: 'Now', end: true, cell: (row) => <MoneyValue money={row.before} /> },
  { key: 'after', header: 'Then', end: true, cell: (row) => <MoneyValue money={row.after} /> },
  { key: 'pct', header: 'Change', end: true, cell: (row) => (moves(row) ? <PercentValue pct={row.change_pct} /> : <Status word={outcomeWord(row.outcome)} quiet />) },
];

const moves = (row: PreviewRow) => row.outcome === 'raise' || row.outcome === 'cut';

const prior: Column<PreviewRow> = { key: 'prior', header: '30-day low', end: true, cell: (row) => <MoneyValue money={row.prior_price} /> };

const guardrails: Column<PreviewRow> = {
  key: 'guardrails',
  header: 'Guardrails',
  cell: (row) => (isJudged(row) || !row.reason ? <GuardrailMarks row={row} /> : <span className="muted">{reasonInWords(row.reason)}</span>),
};
