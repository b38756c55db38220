// What a rule would do now: counts, histogram, the largest changes. Nothing is stored.
import type { Schemas } from '../../api/client';
import { outcomeWord } from '../../shared/words';
import { ChangeHistogram, ImpactCounts } from '../../ui/impact';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { MoneyValue, PercentValue } from '../../ui/values';
import styles from './rules.module.css';

type PreviewRow = Schemas['PreviewRow'];

export function PreviewView({ preview }: { preview: Schemas['Preview'] }) {
  const rows = preview.worst.length > 0 ? preview.worst : preview.sample;
  return (
    <div className={styles.preview}>
      <ImpactCounts impact={preview.impact} />
      <ChangeHistogram bins={preview.impact.histogram} median={preview.impact.median_change_pct} />
      {rows.length > 0 && (
        <div>
          <h3 className={styles.rowsTitle}>{preview.worst.length > 0 ? 'Largest changes' : 'First selected variants'}</h3>
          <Table caption="Variants of the preview" columns={columns} rows={rows.slice(0, 8)} rowKey={(row) => row.variant_id} />
        </div>
      )}
      <p className={styles.honest}>Checked against this rule and the guardrails. The shop can still refuse a price when it is written.</p>
    </div>
  );
}

const columns: Column<PreviewRow>[] = [
  { key: 'sku', header: 'SKU', names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'outcome', header: 'Outcome', cell: (row) => <Status word={outcomeWord(row.outcome)} quiet /> },
  { key: 'before', header: 'Now', end: true, cell: (row) => <MoneyValue money={row.before} /> },
  { key: 'after', header: 'Then', end: true, cell: (row) => <MoneyValue money={row.after} /> },
  { key: 'pct', header: 'Change', end: true, cell: (row) => <PercentValue pct={row.change_pct} /> },
];
