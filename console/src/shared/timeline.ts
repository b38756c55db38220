// Prices over time as steps, and the instants at which they changed as marks; marks that would touch are one.
import { compareDecimals } from './decimal';

export interface Priced {
  amount: string;
  /** Instants. `until` is empty while the price holds. */
  from: string;
  until: string | null;
}

export interface Mark<T> {
  /** Share of the span, 0 at its start. */
  at: number;
  /** The changes that the mark stands for, oldest first. */
  changes: T[];
}

/** Where `instant` lies between two others, from 0 to 1; what lies outside is at the edge. */
export function shareOf(instant: string, first: string, last: string): number {
  const [at, start, end] = [Date.parse(instant), Date.parse(first), Date.parse(last)];
  if (!(end > start)) return 0;
  return Math.min(Math.max((at - start) / (end - start), 0), 1);
}

/** What a picture of time shows: two instants. */
export interface Span {
  first: string;
  last: string;
}

/** Behind what is to come, so much of the span is left to see that it holds. */
const ROOM_BEHIND = 0.08;

/** From `first` until now, or until a while after the last of what is to come. */
export function spanUntil(first: string, now: string, coming: readonly { from: string }[]): Span {
  const [firstMs, lastMs] = [Date.parse(first), Math.max(...coming.map(({ from }) => Date.parse(from)))];
  if (!(lastMs > Date.parse(now))) return { first, last: now };
  return { first, last: new Date(lastMs + Math.max(1, (lastMs - firstMs) * ROOM_BEHIND)).toISOString() };
}

/** One mark for all changes that lie closer together than `near`, a share of the span. `changes` is oldest first. */
export function marksOf<T extends { from: string }>(changes: readonly T[], { first, last }: Span, near: number): Mark<T>[] {
  const marks: Mark<T>[] = [];
  for (const change of changes) {
    const at = shareOf(change.from, first, last);
    const before = marks.at(-1);
    if (before !== undefined && at - before.at < near) before.changes.push(change);
    else marks.push({ at, changes: [change] });
  }
  return marks;
}

/** As many steps as say anything: of each stretch of very many its least and its highest price, when they were, and always the last. */
export function thinned<T extends Priced>(priced: readonly T[], most: number): T[] {
  if (priced.length <= most) return [...priced];
  const stretch = Math.ceil(priced.length / Math.floor((most - 1) / 2));
  const kept = new Set<T>([priced.at(-1)!]);
  for (let start = 0; start < priced.length; start += stretch) {
    const part = priced.slice(start, start + stretch);
    kept.add(part.reduce((least, price) => (compareDecimals(price.amount, least.amount) < 0 ? price : least)));
    kept.add(part.reduce((highest, price) => (compareDecimals(price.amount, highest.amount) > 0 ? price : highest)));
  }
  return priced.filter((price) => kept.has(price));
}

/** The line of steps: each price holds until the next one. `x` takes a share, `y` an amount. */
export function stepsPath(priced: readonly Priced[], { first, last }: Span, x: (share: number) => number, y: (amount: string) => number): string {
  const parts = priced.map((price, index) => {
    const end = priced[index + 1]?.from ?? price.until ?? last;
    return `${index === 0 ? 'M' : 'L'}${x(shareOf(price.from, first, last))} ${y(price.amount)}L${x(shareOf(end, first, last))} ${y(price.amount)}`;
  });
  return parts.join('');
}
