// What a plan or a preview would do, in numbers: counts, spread, margin, revenue.
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { withoutZeros } from '../shared/decimal';
import { countOf, formatCount, formatLevel } from '../shared/format';
import { outcomeWord } from '../shared/words';
import { Glyph } from './glyph';
import { Missing, MoneyValue, PercentValue } from './values';
import styles from './impact.module.css';

type Impact = Schemas['Impact'];

const outcomes = ['raise', 'cut', 'blocked', 'same', 'skipped'] as const;

export function ImpactCounts({ impact }: { impact: Impact }) {
  const { counts } = impact;
  const changing = counts.raise + counts.cut;
  const all = changing + counts.same + counts.blocked + counts.skipped + counts.not_selected;
  return (
    <div className={styles.counts}>
      <p className={styles.headline}>
        <strong className="number">{formatCount(changing)}</strong> of {countOf(all, 'variant', 'variants')} {changing === 1 ? 'changes' : 'change'}
      </p>
      <ul className={styles.outcomes}>
        {outcomes.map((outcome) => {
          const { word, glyph, tone } = outcomeWord(outcome);
          return (
            <li key={outcome} data-tone={counts[outcome] > 0 ? tone : undefined}>
              <Glyph name={glyph} size={13} />
              <span className="number">{formatCount(counts[outcome])}</span> {word.toLowerCase()}
            </li>
          );
        })}
      </ul>
      {changing > 0 && (
        <p className={styles.spread}>
          median <PercentValue pct={impact.median_change_pct} />
          <span aria-hidden="true"> · </span>
          largest <PercentValue pct={impact.largest_change_pct} />
        </p>
      )}
    </div>
  );
}

/** Margin and revenue before and after, each with how much of it is known; nothing where nothing is known. */
export function ImpactMoney({ impact }: { impact: Impact }) {
  const { margin, revenue } = impact;
  if (!margin && !revenue) return null;
  return (
    <ul className={styles.money}>
      {margin && (
        <Turn name="Margin" before={<Level pct={margin.before_pct} />} after={<Level pct={margin.after_pct} />}>
          cost known for {levelOf(margin.cost_known_pct)} of the selected variants
        </Turn>
      )}
      {revenue && (
        <Turn name="Revenue of 30 days" before={<MoneyValue money={revenue.before} />} after={<MoneyValue money={revenue.after} />}>
          if as many are sold as lately; sales known for {levelOf(revenue.sales_known_pct)}
        </Turn>
      )}
    </ul>
  );
}

function Turn({ name, before, after, children }: { name: string; before: ReactNode; after: ReactNode; children: ReactNode }) {
  return (
    <li>
      {name}{' '}
      <strong>
        {before} <span aria-hidden="true">→</span>
        <span className="visually-hidden">becomes</span> {after}
      </strong>{' '}
      <span className="muted">({children})</span>
    </li>
  );
}

const levelOf = (pct: string) => formatLevel(withoutZeros(pct));

function Level({ pct }: { pct: string | null | undefined }) {
  return pct ? <span className="number">{levelOf(pct)}</span> : <Missing />;
}
