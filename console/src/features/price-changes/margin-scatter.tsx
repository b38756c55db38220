// Every row as a point: how far its price moves, and the margin it is left with. What lies under the line sells below the floor.
import { formatLevel, formatPercent } from '../../shared/format';
import { scaleOver } from '../../shared/scale';
import { outcomeWord } from '../../shared/words';
import { axesOf, pathOf, roomy, type Mark, type Point } from './margin-points';
import styles from './margin-scatter.module.css';

const HEIGHT = 240;
const BASE = 216;
const LEFT = 44;
const TOP = 8;
const MARKS: readonly Mark[] = ['cut', 'raise', 'blocked'];

export interface Floor {
  /** In percent. */
  level: string;
  name: string;
}

export function MarginScatter({ points, floor, width, labelledBy }: { points: Point[]; floor: Floor; width: number; labelledBy: string }) {
  const { x, y } = axesOf(points, floor.level);
  const across = scaleOver([x[0]!, x.at(-1)!], width - LEFT - 8);
  const upwards = scaleOver([y[0]!, y.at(-1)!], BASE - TOP);
  const placeX = (change: string) => LEFT + across(change);
  const placeY = (level: string) => BASE - upwards(level);
  const line = placeY(floor.level);
  return (
    <svg width={width} height={HEIGHT} className={styles.picture} role="img" aria-labelledby={labelledBy}>
      <rect x={LEFT} y={line} width={Math.max(0, width - LEFT)} height={Math.max(0, BASE - line)} className={styles.under} />
      {roomy(y, 6).map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width} y1={placeY(tick)} y2={placeY(tick)} className={styles.grid} />
          <text x={LEFT - 6} y={placeY(tick) + 4} textAnchor="end" className={styles.tick}>
            {formatLevel(tick)}
          </text>
        </g>
      ))}
      {roomy(x, width / 64).map((tick) => (
        <g key={tick}>
          <line x1={placeX(tick)} x2={placeX(tick)} y1={TOP} y2={BASE} className={tick === '0' ? styles.axis : styles.grid} />
          <text x={placeX(tick)} y={BASE + 18} textAnchor="middle" className={styles.tick}>
            {formatPercent(tick)}
          </text>
        </g>
      ))}
      {MARKS.map((mark) => (
        <path key={mark} d={pathOf(points, mark, placeX, placeY)} className={styles[mark]} />
      ))}
      <line x1={LEFT} x2={width} y1={line} y2={line} className={styles.floor} />
      <text x={LEFT + 6} y={line < TOP + 16 ? line + 14 : line - 5} className={styles.limit}>
        {floor.name}
      </text>
    </svg>
  );
}

export function MarginLegend() {
  return (
    <span className={styles.legend}>
      {MARKS.map((mark) => (
        <span key={mark}>
          <svg width="12" height="12" aria-hidden="true">
            <path d={pathOf([{ mark, change: '6', level: '6' }], mark, () => 6, () => 6)} className={styles[mark]} />
          </svg>
          {outcomeWord(mark).word.toLowerCase()}
        </span>
      ))}
    </span>
  );
}
