// The way of a price from before to after, one line for each step; what was asked and changed nothing stays as a thin line.
import { scaleOver } from '../shared/scale';
import type { TraceStep } from '../shared/trace';
import { legsOf, type Leg } from '../shared/waterfall';
import { compareDecimals } from '../shared/decimal';
import { formatMoney } from '../shared/format';
import { humanised } from '../shared/words';
import { Figure, FigureTable } from './figure';
import styles from './waterfall.module.css';

const LINE = 34;
const MOST = 20;

export function Waterfall({ steps, currency }: { steps: TraceStep[]; currency: string }) {
  const legs = legsOf(steps, humanised);
  if (legs.length === 0 || legs.length > MOST) return null;
  const [start, end] = [legs[0]!, legs.at(-1)!];
  const moves = legs.filter((leg) => leg.kind === 'move').length;
  const shown = (amount: string) => formatMoney({ amount, currency });
  const finding = moves === 0 ? `The price stays at ${shown(end.to)}.` : `${shown(start.from)} becomes ${shown(end.to)} in ${moves === 1 ? 'one step' : `${moves} steps`}.`;
  const table = <FigureTable label={`Steps in ${currency}`} head={['Step', 'From', 'To']} rows={legs.filter((leg) => leg.kind === 'move' || leg.kind === 'still').map((leg) => [leg.reason === null ? leg.name : `${leg.name}: ${leg.reason}`, leg.from, leg.to])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width, labelledBy) => <Lines legs={legs} width={width} labelledBy={labelledBy} shown={shown} />}
    </Figure>
  );
}

function Lines({ legs, width, labelledBy, shown }: { legs: Leg[]; width: number; labelledBy: string; shown: (amount: string) => string }) {
  const at = scaleOver(legs.flatMap((leg) => [leg.from, leg.to]), width, 0.03);
  return (
    <svg width={width} height={legs.length * LINE} className={styles.waterfall} role="img" aria-labelledby={labelledBy}>
      {legs.map((leg, index) => {
        const y = index * LINE + 24;
        const [from, to] = [at(leg.from), at(leg.to)];
        return (
          <g key={index} data-kind={leg.kind} data-direction={directionOf(leg)}>
            <text x={0} y={y - 10} className={styles.name}>
              {leg.kind === 'move' && leg.reason !== null ? `${leg.name} ${leg.reason}` : leg.name}
            </text>
            <text x={width} y={y - 10} className={styles.amount}>
              {shown(leg.to)}
            </text>
            {index > 0 && <line x1={from} x2={from} y1={y - LINE} y2={y} className={styles.joint} />}
            <line x1={0} x2={width} y1={y} y2={y} className={styles.ground} />
            {leg.kind === 'move' && <line x1={from} x2={to} y1={y} y2={y} className={styles.move} />}
            {leg.kind === 'move' ? <path d={headOf(from, to, y)} className={styles.head} /> : <circle cx={to} cy={y} r={leg.kind === 'still' ? 2 : 4} className={styles.price} />}
          </g>
        );
      })}
    </svg>
  );
}

function directionOf(leg: Leg): 'up' | 'down' | undefined {
  const order = compareDecimals(leg.to, leg.from);
  return order === 0 ? undefined : order > 0 ? 'up' : 'down';
}

/** The point of the arrow, so that the direction does not hang on the colour. */
function headOf(from: number, to: number, y: number): string {
  const back = to >= from ? -7 : 7;
  return `M${to} ${y}l${back} -4.5v9z`;
}
