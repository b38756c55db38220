// A refuted question as a picture: the price that is written, among all that is known of the variant, and where no price may be.
import { formatMoney } from '../../shared/format';
import { Figure, FigureTable } from '../../ui/figure';
import type { Mark, Rung } from './ladder';
import { rungsOf } from './ladder';
import styles from './pictures.module.css';

const RUNG = 34;
const AXIS = 16;

export function LadderFigure({ marks, forbidden, finding }: { marks: Mark[]; forbidden: 'below' | 'above' | null; finding: string }) {
  const rungs = rungsOf(marks, forbidden);
  const table = <FigureTable label="Prices from high to low" head={['Price', 'Amount']} rows={rungs.map((rung) => [rung.names.join(' and '), formatMoney(rung.money)])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width, labelledBy) => <Ladder rungs={rungs} width={width} labelledBy={labelledBy} />}
    </Figure>
  );
}

/** Rungs stand at equal distances: the picture shows the order, the words beside it the amounts. */
function Ladder({ rungs, width, labelledBy }: { rungs: Rung[]; width: number; labelledBy: string }) {
  const height = rungs.length * RUNG;
  const first = rungs.findIndex((rung) => rung.forbidden);
  const last = rungs.findLastIndex((rung) => rung.forbidden);
  const zone = first === -1 ? null : { y: first * RUNG, height: (last - first + 1) * RUNG };
  return (
    <svg width={width} height={height} role="img" aria-labelledby={labelledBy} className={styles.ladder}>
      <defs>
        <pattern id="forbidden" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" className={styles.zoneGround} />
          <rect width="1.5" height="6" className={styles.zoneLine} />
        </pattern>
      </defs>
      {zone && <rect x="0" y={zone.y} width={width} height={zone.height} fill="url(#forbidden)" rx="4" />}
      <line x1={AXIS} x2={AXIS} y1="4" y2={height - 4} className={styles.axis} />
      {rungs.map((rung, index) => {
        const y = index * RUNG + RUNG / 2;
        const kind = rung.kinds.includes('written') ? 'written' : rung.kinds.includes('limit') ? 'limit' : 'known';
        return (
          <g key={rung.names.join()} data-kind={kind} data-forbidden={rung.forbidden || undefined} className={styles.rung}>
            {kind === 'limit' && <line x1="0" x2={width} y1={y} y2={y} className={styles.limit} />}
            {kind === 'written' ? <path d={`M${AXIS - 6} ${y}l6-6 6 6-6 6z`} /> : <circle cx={AXIS} cy={y} r="4" />}
            <text x={AXIS + 16} y={y - (kind === 'limit' ? 5 : -4)}>
              {rung.names.join(' and ')}
            </text>
            <text x={width - 8} y={y - (kind === 'limit' ? 5 : -4)} textAnchor="end" className="number">
              {formatMoney(rung.money)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
