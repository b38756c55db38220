// Two rules that select the same variants: on how many of them the one wins, the other, both, or neither.
import type { Schemas } from '../../api/client';
import { formatCount } from '../../shared/format';
import { Figure, FigureTable } from '../../ui/figure';
import { pairInWords } from './conflict-words';
import { sharesOf } from './shares';
import styles from './pictures.module.css';

type PairConflicts = Schemas['PairConflicts'];

const HEIGHT = 28;

export function PairFigure({ pair }: { pair: PairConflicts }) {
  const shares = sharesOf(pair);
  const table = <FigureTable label={`${pair.first} and ${pair.second}`} head={['Who takes part', 'Variants']} rows={shares.map(({ name, count }) => [name, formatCount(count)])} />;
  return (
    <Figure finding={pairInWords(pair).join(' ')} table={table}>
      {(width, labelledBy) => (
        <>
          <svg width={width} height={HEIGHT} role="img" aria-labelledby={labelledBy} className={styles.shares}>
            <defs>
              <pattern id="second-wins" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="5" height="5" className={styles.secondGround} />
                <rect width="2" height="5" className={styles.secondLine} />
              </pattern>
            </defs>
            {shares.map(({ kind, from, size, name, count }) => (
              <rect key={kind} x={from * width} y="1" width={Math.max(2, size * width - 1)} height={HEIGHT - 2} rx="2" data-kind={kind} className={styles.share}>
                <title>{`${name}: ${formatCount(count)}`}</title>
              </rect>
            ))}
          </svg>
          <ul className={styles.legend}>
            {shares.map(({ kind, name, count }) => (
              <li key={kind}>
                <svg width="14" height="14" aria-hidden="true">
                  <rect x="1" y="1" width="12" height="12" rx="2" data-kind={kind} className={styles.share} />
                </svg>
                {name}: <span className="number">{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Figure>
  );
}
