// The columns of a plan's rows.
import type { Schemas } from '../../api/client';
import { formatAmount } from '../../shared/format';
import { furtherReason } from '../../shared/reasons';
import { outcomeWord } from '../../shared/words';
import { GuardrailMarks, isJudged } from '../../ui/guardrails';
import { Status } from '../../ui/status';
import type { Column } from '../../ui/table';
import { Missing, PercentValue } from '../../ui/values';

type Row = Schemas['PriceChangeRow'];

/** The prior price stands only where the law asks for it. */
export const rowColumns = (currency: string, withPrior: boolean): Column<Row>[] => [
  { key: 'outcome', header: 'Outcome', share: 0.8, cell: (row) => <Status word={outcomeWord(row.outcome)} quiet /> },
  { key: 'sku', header: 'SKU', sort: 'sku', share: 1.1, names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', share: 1.6, line: true, cell: (row) => row.title },
  { key: 'before', header: `Old ${currency}`, end: true, cell: (row) => <Amount money={row.before} /> },
  { key: 'after', header: `New ${currency}`, sort: 'after', end: true, cell: (row) => <Amount money={row.after} /> },
  { key: 'pct', header: 'Change', sort: 'delta_pct', end: true, cell: (row) => <PercentValue pct={row.change_pct} /> },
  ...(withPrior ? [{ key: 'prior', header: '30-day low', end: true, cell: (row: Row) => <Amount money={row.prior_price} /> }] : []),
  { key: 'rule', header: 'Decided by', line: true, cell: (row) => row.rule },
  { key: 'reason', header: 'Note', share: 1.6, prose: true, cell: (row) => <Note row={row} /> },
];

/** What guardrails said of the row, and why it is not written or was moved. */
function Note({ row }: { row: Row }) {
  const further = furtherReason(row);
  if (!isJudged(row) && further === null) return <Missing />;
  return (
    <>
      {isJudged(row) && <GuardrailMarks row={row} />}
      {further !== null && <span>{further}</span>}
    </>
  );
}

function Amount({ money }: { money: Schemas['Money'] | null | undefined }) {
  return money ? <span className="number">{formatAmount(money)}</span> : <Missing />;
}
