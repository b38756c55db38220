// What the text would change about what the stored version does: which variants move newly, no longer, otherwise.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { outcomeWord } from '../../shared/words';
import { Card } from '../../ui/card';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { MoneyValue, PercentValue } from '../../ui/values';
import { differenceInWords } from './difference-words';
import styles from './rules.module.css';

type DiffRow = Schemas['RuleDiff']['worst'][number];

const SHOWN = 10;

export function DifferenceCard({ difference, outdated }: { difference: Schemas['RuleDiff']; outdated: boolean }) {
  const { version, name, worst } = difference;
  const words = differenceInWords(difference);
  return (
    <Card title={version ? `Against v${version}` : 'A new rule'}>
      <div className={styles.preview} data-outdated={outdated || undefined} aria-busy={outdated}>
        {version ? (
          <ul className={styles.remarks}>
            {words.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        ) : (
          <p>No rule is called “{name}” yet. Pushing makes a new rule, and the one that you came from stays as it is.</p>
        )}
        {version && worst.length > 0 && (
          <div>
            <h3>{worst.length > SHOWN ? `The ${countOf(SHOWN, 'variant', 'variants')} that differ most` : 'What differs'}</h3>
            <Table caption="Variants that differ most" columns={columns} rows={worst.slice(0, SHOWN)} rowKey={(row) => row.variant_id} />
          </div>
        )}
      </div>
    </Card>
  );
}

const columns: Column<DiffRow>[] = [
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
  { key: 'stored', header: 'As stored', end: true, cell: (row) => <Price money={row.stored} outcome={row.stored_outcome} /> },
  { key: 'sent', header: 'As written', end: true, cell: (row) => <Price money={row.sent} outcome={row.sent_outcome} /> },
  { key: 'pct', header: 'Difference', end: true, cell: (row) => <PercentValue pct={row.change_pct} /> },
];

/** The price with which a version leaves the variant, or why it leaves it alone. */
function Price({ money, outcome }: { money: DiffRow['sent']; outcome: string }) {
  return outcome === 'blocked' || outcome === 'skipped' ? <Status word={outcomeWord(outcome)} quiet /> : <MoneyValue money={money} />;
}
