// A shop's bucket of points as a gauge, with its figures in words beside it.
import type { Schemas } from '../api/client';
import { formatCount } from '../shared/format';
import styles from './budget.module.css';

export function Budget({ budget }: { budget: Schemas['BudgetBody'] }) {
  const { available, maximum, per_second: perSecond } = budget;
  const low = available * 5 < maximum;
  return (
    <p className={styles.budget}>
      <span className={styles.gauge} aria-hidden="true">
        <span data-low={low || undefined} style={{ width: `${maximum > 0 ? Math.min(100, (available * 100) / maximum) : 0}%` }} />
      </span>
      <span>
        The shop’s limit: <span className="number">{formatCount(available)}</span> of <span className="number">{formatCount(maximum)}</span> points left, {formatCount(perSecond)} come back each second.
        {low && ' Calibr waits where it must.'}
      </span>
    </p>
  );
}
