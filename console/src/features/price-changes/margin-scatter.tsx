// Every row as a point, or very many as squares of how many lie together: how far prices move, and the margin they are left with.
// What lies under the line sells below the floor, and what lies in the dotted band above it comes near.
import { useId, type ReactNode } from 'react';
import { countOf, formatCount, formatLevel, formatPercent } from '../../shared/format';
import { scaleOver } from '../../shared/scale';
import { outcomeWord } from '../../shared/words';
import { axesOf, axesOfCells, falls, pathOf, roomy, sideOf, type Axis, type Cell, type Mark, type Point } from './margin-points';
import picture from '../../ui/picture.module.css';
import styles from './margin-scatter.module.css';

const HEIGHT = 240;
const BASE = 216;
const LEFT = 44;
const TOP = 8;
const MARKS: readonly Mark[] = ['cut', 'raise', 'blocked'];

export interface Floor {
  /** In percent. */
  level: string;
  /** So many points above it a margin still comes near. */
  near: string;
  name: string;
}

interface PictureProps {
  floor: Floor;
  width: number;
  labelledBy: string;
}

export function MarginScatter({ points, ...rest }: PictureProps & { points: Point[] }) {
  return (
    <Paper axes={axesOf(points, rest.floor.level)} {...rest}>
      {({ x, y }) => MARKS.map((mark) => <path key={mark} d={pathOf(points, mark, x, y)} className={styles[mark]} />)}
    </Paper>
  );
}

/** As many shapes as cells that hold anything; how many rows a square stands for is its area. */
export function MarginCells({ cells, ...rest }: PictureProps & { cells: readonly Cell[] }) {
  const most = mostIn(cells);
  return (
    <Paper axes={axesOfCells(cells, rest.floor.level)} {...rest}>
      {({ x, y }) =>
        cells.map((cell) => {
          const [left, right, top, bottom] = [x(cell.change_from_pct), x(cell.change_to_pct), y(cell.margin_to_pct), y(cell.margin_from_pct)];
          const square = (count: number, className: string | undefined) => {
            const [wide, high] = [sideOf(count, most, right - left), sideOf(count, most, bottom - top)];
            return count > 0 && <rect x={(left + right - wide) / 2} y={(top + bottom - high) / 2} width={wide} height={high} className={className} />;
          };
          return (
            <g key={`${cell.change_from_pct} ${cell.margin_from_pct}`}>
              <title>{inWords(cell)}</title>
              {square(cell.rows, falls(cell) ? styles.cut : styles.raise)}
              {square(cell.blocked, styles.blocked)}
            </g>
          );
        })
      }
    </Paper>
  );
}

/** Rows, blocked or not, of the cell that has most of either: what the largest square stands for. */
export const mostIn = (cells: readonly Cell[]) => Math.max(1, ...cells.flatMap(({ rows, blocked }) => [rows, blocked]));

function inWords(cell: Cell): string {
  const blocked = cell.blocked > 0 ? `, ${formatCount(cell.blocked)} blocked` : '';
  return `Change from ${formatPercent(cell.change_from_pct)} to ${formatPercent(cell.change_to_pct)}, margin from ${formatLevel(cell.margin_from_pct)} to ${formatLevel(cell.margin_to_pct)}: ${countOf(cell.rows, 'price', 'prices')}${blocked}`;
}

type Place = (pct: string) => number;

function Paper({ axes: { x, y }, floor, width, labelledBy, children }: PictureProps & { axes: { x: Axis; y: Axis }; children: (places: { x: Place; y: Place }) => ReactNode }) {
  const id = useId();
  const across = scaleOver([x[0]!, x.at(-1)!], width - LEFT - 8);
  const upwards = scaleOver([y[0]!, y.at(-1)!], BASE - TOP);
  const placeX = (change: string) => LEFT + across(change);
  const placeY = (level: string) => BASE - upwards(level);
  const line = placeY(floor.level);
  // Taken at zero, which every axis has: of two distances one may be cut off by its end.
  const near = Math.max(TOP, line - Math.max(upwards(floor.near) - upwards('0'), upwards('0') - upwards(`-${floor.near}`)));
  return (
    <svg width={width} height={HEIGHT} className={picture.picture} role="img" aria-labelledby={labelledBy}>
      <Dots id={id} />
      <rect x={LEFT} y={line} width={Math.max(0, width - LEFT)} height={Math.max(0, BASE - line)} className={picture.beyond} />
      <rect x={LEFT} y={near} width={Math.max(0, width - LEFT)} height={Math.max(0, line - near)} fill={`url(#${id})`} data-near />
      {roomy(y, 6).map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width} y1={placeY(tick)} y2={placeY(tick)} className={styles.grid} />
          <text x={LEFT - 6} y={placeY(tick) + 4} textAnchor="end" className={picture.tick}>
            {formatLevel(tick)}
          </text>
        </g>
      ))}
      {roomy(x, width / 64).map((tick) => (
        <g key={tick}>
          <line x1={placeX(tick)} x2={placeX(tick)} y1={TOP} y2={BASE} className={tick === '0' ? picture.axis : styles.grid} />
          <text x={placeX(tick)} y={BASE + 18} textAnchor={placeX(tick) > width - 24 ? 'end' : 'middle'} className={picture.tick}>
            {formatPercent(tick)}
          </text>
        </g>
      ))}
      {children({ x: placeX, y: placeY })}
      <line x1={LEFT} x2={width} y1={line} y2={line} className={picture.limit} />
      <text x={LEFT + 6} y={near < TOP + 16 ? line + 14 : near - 5} className={styles.floor}>
        {floor.name}
      </text>
    </svg>
  );
}

/** The ground of what comes near the floor. */
function Dots({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" className={styles.nearGround} />
        <circle cx="2.5" cy="2.5" r="1" className={styles.nearDot} />
      </pattern>
    </defs>
  );
}

export function MarginLegend({ inCells = false }: { inCells?: boolean }) {
  const id = useId();
  const mark = (name: Mark) =>
    inCells ? <rect x="2" y="2" width="8" height="8" className={styles[name]} /> : <path d={pathOf([{ mark: name, change: '6', level: '6' }], name, () => 6, () => 6)} className={styles[name]} />;
  return (
    <span className={picture.legend}>
      {MARKS.map((name) => (
        <span key={name}>
          <svg width="12" height="12" aria-hidden="true">
            {mark(name)}
          </svg>
          {outcomeWord(name).word.toLowerCase()}
        </span>
      ))}
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <Dots id={id} />
          <rect y="1" width="12" height="10" fill={`url(#${id})`} />
        </svg>
        near the floor
      </span>
    </span>
  );
}
