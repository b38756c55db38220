// Prices over time as steps, and the instants at which they changed as marks; marks that would touch are one.

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

/** One mark for all changes that lie closer together than `near`, a share of the span. `priced` is oldest first. */
export function marksOf<T extends Priced>(priced: readonly T[], last: string, near: number): Mark<T>[] {
  const marks: Mark<T>[] = [];
  const first = priced[0]?.from;
  if (first === undefined) return marks;
  for (const change of priced) {
    const at = shareOf(change.from, first, last);
    const before = marks.at(-1);
    if (before !== undefined && at - before.at < near) before.changes.push(change);
    else marks.push({ at, changes: [change] });
  }
  return marks;
}

/** The line of steps: each price holds until the next one. `x` takes a share, `y` an amount. */
export function stepsPath(priced: readonly Priced[], last: string, x: (share: number) => number, y: (amount: string) => number): string {
  const first = priced[0];
  if (first === undefined) return '';
  const parts = priced.map((price, index) => {
    const end = priced[index + 1]?.from ?? price.until ?? last;
    return `${index === 0 ? 'M' : 'L'}${x(shareOf(price.from, first.from, last))} ${y(price.amount)}L${x(shareOf(end, first.from, last))} ${y(price.amount)}`;
  });
  return parts.join('');
}
