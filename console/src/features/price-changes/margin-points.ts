// Rows as points of change and margin, or very many as counted cells, and the paper they are drawn on. Percent texts from the server become places, never other numbers. Pure.
import type { Schemas } from '../../api/client';
import { compareDecimals } from '../../shared/decimal';

type Row = Schemas['PriceChangeRow'];

export type Mark = 'raise' | 'cut' | 'blocked';

export interface Point {
  mark: Mark;
  change: string;
  level: string;
}

/** An axis: its ticks, of which the first and last are its ends. */
export type Axis = readonly string[];

/** Rows that lie together, counted by the server: `from ≤ percentage < to`. */
export type Cell = Schemas['MarginCell'];

/** More rows than this are counted in cells, not drawn one by one. */
export const POINTS_MAX = 2_000;

const CHANGES: Axis = ['-100', '-75', '-50', '-40', '-30', '-20', '-10', '0', '10', '20', '30', '40', '50', '75', '100', '200'];
const LEVELS: Axis = ['-100', '-50', '-20', '0', '20', '40', '60', '80', '100'];

/** The rows that have a place: those whose change and margin are both known. */
export function pointsOf(rows: readonly Pick<Row, 'outcome' | 'change_pct' | 'margin_pct'>[]): Point[] {
  return rows.flatMap(({ outcome, change_pct, margin_pct }) => (change_pct && margin_pct ? [{ mark: outcome as Mark, change: change_pct, level: margin_pct }] : []));
}

/** The ticks that hold all points, or as many as are worth the paper: what lies beyond is drawn on the edge. */
export function axesOf(points: readonly Point[], floor: string): { x: Axis; y: Axis } {
  return { x: around(CHANGES, ['0', ...points.map(({ change }) => change)]), y: around(LEVELS, ['0', floor, ...points.map(({ level }) => level)]) };
}

/** The same for cells, which lie within their edges. */
export function axesOfCells(cells: readonly Cell[], floor: string): { x: Axis; y: Axis } {
  const corners = cells.flatMap((cell) => [
    { mark: 'cut' as const, change: cell.change_from_pct, level: cell.margin_from_pct },
    { mark: 'cut' as const, change: cell.change_to_pct, level: cell.margin_to_pct },
  ]);
  return axesOf(corners, floor);
}

/** Whether the prices of a cell fall; none of them straddles zero. */
export const falls = (cell: Cell) => cell.change_from_pct.startsWith('-');

/** One side of what is drawn in a cell: its area is to that of the cell as `count` to `most`, and it is never so small that it is not seen. */
export function sideOf(count: number, most: number, cell: number): number {
  return Math.max(Math.min(2, cell), Math.sqrt(count / most) * cell);
}

function around(ticks: Axis, values: readonly string[]): Axis {
  const least = values.reduce((a, b) => (compareDecimals(a, b) < 0 ? a : b));
  const most = values.reduce((a, b) => (compareDecimals(a, b) > 0 ? a : b));
  const from = Math.max(0, ticks.findLastIndex((tick) => compareDecimals(tick, least) <= 0));
  const to = ticks.findIndex((tick) => compareDecimals(tick, most) >= 0);
  const last = to === -1 ? ticks.length - 1 : to;
  // A single tick would be no axis.
  return from === last ? ticks.slice(Math.max(0, from - 1), last + 2) : ticks.slice(from, last + 1);
}

/** How many points lie beyond the ends of the axes. */
export function beyond(points: readonly Point[], { x, y }: { x: Axis; y: Axis }): number {
  const outside = (value: string, axis: Axis) => compareDecimals(value, axis[0]!) < 0 || compareDecimals(value, axis.at(-1)!) > 0;
  return points.filter(({ change, level }) => outside(change, x) || outside(level, y)).length;
}

const shapes: Record<Mark, string> = { raise: 'm-3 2.5l3 -5l3 5z', cut: 'm-3 -2.5l3 5l3 -5z', blocked: 'm-2.5 -2.5l5 5m0 -5l-5 5' };

/** All points of a mark as one path; points on the same spot are drawn once. */
export function pathOf(points: readonly Point[], mark: Mark, placeX: (change: string) => number, placeY: (level: string) => number): string {
  const spots = new Set(points.filter((point) => point.mark === mark).map(({ change, level }) => `M${Math.round(placeX(change))} ${Math.round(placeY(level))}`));
  return [...spots].map((spot) => spot + shapes[mark]).join('');
}

/** As many of the ticks as have room. */
export function roomy(axis: Axis, room: number): Axis {
  const every = Math.max(1, Math.ceil(axis.length / Math.max(2, room)));
  const zero = axis.indexOf('0');
  return axis.filter((_, index) => (index - Math.max(0, zero)) % every === 0);
}
