// What a rule would do now: counts, pictures, money, guardrails, and the rows worth a look. Nothing is stored, and the
// server answers summaries, so that this is as quick to draw for a million variants as for ten.
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { binKey, heldBy, holds, spanOf, type Bin } from '../../ui/bins';
import { Button } from '../../ui/button';
import { ChangeHistogram } from '../../ui/change-histogram';
import { GuardrailCounts, PlanVerdicts } from '../../ui/guardrails';
import { ImpactCounts, ImpactMoney } from '../../ui/impact';
import { PriceDistribution } from '../../ui/price-distribution';
import { useMoveLimits } from '../guardrails/use-move-limits';
import { PreviewRows } from './preview-rows';
import styles from './rules.module.css';

type Preview = Schemas['Preview'];

export function PreviewView({ preview, outdated = false }: { preview: Preview; outdated?: boolean }) {
  const { impact, verdicts } = preview;
  const [chosen, setChosen] = useState('');
  const limits = useMoveLimits();
  const bin = impact.histogram.find((candidate) => binKey(candidate) === chosen);
  const guardrails = impact.guardrails ?? [];
  return (
    <div className={styles.preview} data-outdated={outdated || undefined} aria-busy={outdated}>
      <ImpactCounts impact={impact} />
      {isEmpty(impact.counts) && <p>The rule selects nothing from the catalogue.</p>}
      <ChangeHistogram bins={impact.histogram} blocked={impact.counts.blocked} median={impact.median_change_pct} limits={limits} chosen={bin ? chosen : ''} onChoose={setChosen} />
      <PriceDistribution bins={impact.prices ?? []} />
      <ImpactMoney impact={impact} />
      {(guardrails.length > 0 || verdicts.length > 0) && (
        <section className={styles.part}>
          <h3>Guardrails</h3>
          {verdicts.length > 0 && <PlanVerdicts verdicts={verdicts} />}
          {guardrails.length > 0 && <GuardrailCounts counts={guardrails} />}
        </section>
      )}
      <Remarks impact={impact} />
      {bin ? <RowsOfBin preview={preview} bin={bin} onClear={() => setChosen('')} /> : <RowsWorthALook preview={preview} />}
      <p className={styles.honest}>
        Computed for {countOf(preview.variants, 'variant', 'variants')} with this rule and the guardrails in force. The shop can still refuse a price when it is written.
      </p>
    </div>
  );
}

const isEmpty = ({ raise, cut, same, blocked, skipped }: Schemas['Counts']) => raise + cut + same + blocked + skipped === 0;

/** What is not wrong enough to stop a row but should be known. */
function Remarks({ impact }: { impact: Schemas['Impact'] }) {
  const { compare_at_too_low: tooLow = 0, ending_missed: missed = 0 } = impact;
  if (tooLow === 0 && missed === 0) return null;
  return (
    <ul className={styles.remarks}>
      {tooLow > 0 && <li>{countOf(tooLow, 'row has', 'rows have')} a compare-at price that would not stand above the price.</li>}
      {missed > 0 && <li>{countOf(missed, 'row misses', 'rows miss')} the ending of the rounding: no price without tax shows it with tax.</li>}
    </ul>
  );
}

function RowsWorthALook({ preview }: { preview: Preview }) {
  const [which, setWhich] = useState<'worst' | 'sample'>('worst');
  const shown = preview.worst.length === 0 ? 'sample' : which;
  const rows = preview[shown];
  if (rows.length === 0) return null;
  return (
    <section>
      <div className={styles.rowsHead}>
        <h3>{shown === 'worst' ? 'Largest changes' : 'First selected variants'}</h3>
        {preview.worst.length > 0 && preview.sample.length > 0 && (
          <Button size="xs" weight="quiet" onClick={() => setWhich(shown === 'worst' ? 'sample' : 'worst')}>
            {shown === 'worst' ? `Show the first ${formatCount(preview.sample.length)} selected` : `Show the ${formatCount(preview.worst.length)} largest changes`}
          </Button>
        )}
      </div>
      <PreviewRows caption={shown === 'worst' ? 'Variants that move farthest' : 'Selected variants in the order of the catalogue'} rows={rows} />
    </section>
  );
}

function RowsOfBin({ preview, bin, onClear }: { preview: Preview; bin: Bin; onClear: () => void }) {
  const all = [...new Map([...preview.worst, ...preview.sample].map((row) => [row.variant_id, row])).values()];
  const rows = all.filter((row) => holds(bin, row.change_pct));
  return (
    <section>
      <div className={styles.rowsHead}>
        <h3>
          Changes {spanOf(bin)}: {formatCount(rows.length)} of {countOf(heldBy(bin), 'row', 'rows')} at hand
        </h3>
        <Button size="xs" weight="quiet" onClick={onClear}>
          Show all sizes
        </Button>
      </div>
      {rows.length > 0 ? (
        <PreviewRows caption={`Rows with changes ${spanOf(bin)}`} rows={rows} />
      ) : (
        <p className="muted">The preview brings the largest changes and the first selected variants; none of them lies here. A plan lists every row.</p>
      )}
    </section>
  );
}
