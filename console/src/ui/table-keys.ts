// Where a key leads from one row of a table to another, and which rows a choice with Shift takes along.

/** Rows that Page Up and Page Down pass. */
const PAGE = 20;

/** The row that `key` leads to from `at`, or null when the key means nothing here. Letters are asked for only where they are switched on. */
export function rowAfterKey(key: string, at: number, count: number, letters = true): number | null {
  const moves = new Map([
    ['ArrowDown', at + 1],
    ['ArrowUp', at - 1],
    ['Home', 0],
    ['End', count - 1],
    ['PageDown', at + PAGE],
    ['PageUp', at - PAGE],
    ...(letters ? ([['j', at + 1], ['k', at - 1]] as const) : []),
  ]);
  const to = moves.get(key);
  return to === undefined || count === 0 ? null : Math.min(Math.max(to, 0), count - 1);
}

/** Every place from `from` to `to`, whichever comes first. */
export function placesBetween(from: number, to: number): number[] {
  const [first, last] = from < to ? [from, to] : [to, from];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
