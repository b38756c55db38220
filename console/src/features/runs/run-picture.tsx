// How a run stands, drawn: a bar of its prices by state, squares of equal weight, and how fast it went while it was watched.
import { useId } from 'react';
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { targetState } from '../../shared/words';
import { Figure, FigureTable } from '../../ui/figure';
import { paceInWords, writesInWords } from './pace';
import { barOf, squares, trailPath } from './waffle';
import styles from './run-picture.module.css';

type Run = Schemas['Run'];

/** States in the order in which they are drawn. */
export const order = ['applied', 'rolled_back', 'failed', 'conflict', 'skipped', 'applying', 'queued'] as const;
type State = (typeof order)[number];

interface RunPictureProps {
  run: Run;
  trail: readonly number[];
  /** Writes a second that the shop lets through; null where that is not known. */
  limit: number | null;
}

export function RunPicture({ run, trail, limit }: RunPictureProps) {
  const counts = order.map((state) => [state, run.counts[state]] as const).filter(([, count]) => count > 0);
  if (run.total === 0) return null;
  const { size, squares: drawn } = squares(counts);
  const finding = `${counts.map(([state, count]) => `${formatCount(count)} ${targetState(state).word.toLowerCase()}`).join(', ')} of ${countOf(run.total, 'price', 'prices')}. ${size === 1 ? 'One square is one price.' : `One square is about ${formatCount(size)} prices.`}`;
  const table = <FigureTable label="Prices by state" head={['State', 'Prices']} rows={counts.map(([state, count]) => [targetState(state).word, formatCount(count)])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width) => (
        // Hidden from readers: the counts beside it are the truth, and they change every second.
        <div aria-hidden="true">
          <Bar counts={counts} width={width} />
          {run.total > 1 && <Squares drawn={drawn} width={Math.min(width, WAFFLE_WIDTH)} />}
          {trail.length > 1 && <Trail trail={trail} limit={limit} width={Math.min(width, WAFFLE_WIDTH)} />}
        </div>
      )}
    </Figure>
  );
}

const WAFFLE_WIDTH = 688;
const BAR = 12;
const SQUARE = 10;
const CELL = 12;

/** Stripes for those states that would else be told by colour alone. */
function Stripes({ id }: { id: string }) {
  return (
    <defs>
      {(['applying', 'conflict'] as const).map((state) => (
        <pattern key={state} id={`${id}${state}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform={`rotate(${state === 'applying' ? 45 : -45})`}>
          <rect width="6" height="6" className={styles.ground} data-state={state} />
          <rect width="3" height="6" className={styles.stripe} data-state={state} />
        </pattern>
      ))}
    </defs>
  );
}

const fillOf = (id: string, state: State) => (state === 'applying' || state === 'conflict' ? { fill: `url(#${id}${state})` } : {});

function Bar({ counts, width }: { counts: readonly (readonly [State, number])[]; width: number }) {
  const id = useId();
  return (
    <svg width={width} height={BAR} className={styles.bar}>
      <Stripes id={id} />
      {barOf(counts, width).map(({ state, x, width: wide }) => (
        <rect key={state} x={x} y={0} width={wide} height={BAR} rx={2} data-state={state} className={styles.part} style={fillOf(id, state)} />
      ))}
    </svg>
  );
}

function Squares({ drawn, width }: { drawn: { state: State; count: number }[]; width: number }) {
  const id = useId();
  const columns = Math.max(1, Math.floor((width + CELL - SQUARE) / CELL));
  const cells = drawn.flatMap(({ state, count }) => Array.from({ length: count }, () => state));
  return (
    <svg width={width} height={Math.ceil(cells.length / columns) * CELL} className={styles.squares}>
      <Stripes id={id} />
      {cells.map((state, index) => (
        <rect key={index} x={(index % columns) * CELL} y={Math.floor(index / columns) * CELL} width={SQUARE} height={SQUARE} rx={2} data-state={state} className={styles.part} style={fillOf(id, state)} />
      ))}
    </svg>
  );
}

const TRAIL = 44;
/** Where the highest of all stands: above it is room for what the limit is called. */
const TRAIL_TOP = 14;

function Trail({ trail, limit, width }: { trail: readonly number[]; limit: number | null; width: number }) {
  const fastest = Math.max(...trail);
  const most = Math.max(fastest, limit ?? 0);
  const place = (pace: number) => TRAIL_TOP + TRAIL * (1 - pace / (most || 1));
  return (
    <div className={styles.trail}>
      <svg width={width} height={TRAIL_TOP + TRAIL + 1} className={styles.pace}>
        <line x1={0} x2={width} y1={TRAIL_TOP + TRAIL + 0.5} y2={TRAIL_TOP + TRAIL + 0.5} className={styles.axis} />
        <path d={trailPath(trail, { width, height: TRAIL, top: TRAIL_TOP, most })} className={styles.line} />
        {limit !== null && (
          <g data-limit>
            <line x1={0} x2={width} y1={place(limit)} y2={place(limit)} className={styles.limit} />
            <text x={width} y={place(limit) - 4} className={styles.words}>
              limit: {writesInWords(limit)}
            </text>
          </g>
        )}
      </svg>
      <p className={styles.words}>
        Pace while watched, {paceInWords(fastest)} at most.
        {limit !== null && ' Dashed: what the shop’s points are enough for in the long run. A write has all prices of one product; points saved up go beyond it.'}
      </p>
    </div>
  );
}
