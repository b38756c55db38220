// From one row of a plan to another.

/** The first of `rows`, which are in plan order, behind place `row`; behind the last one it begins anew, unless `more` follow. */
export function nextBehind<T extends { row: number }>(rows: readonly T[], row: number | undefined, more = false): T | undefined {
  const next = rows.find((each) => row === undefined || each.row > row) ?? (more ? undefined : rows[0]);
  return next?.row === row ? undefined : next;
}

/**
 * Which rows that were `asked` for, in this order, are still on their way once the page shows `shown`. The page may skip some, and
 * something else may have led it elsewhere: then nothing that was asked for counts any more.
 */
export function stillAsked(asked: readonly string[], shown: string): readonly string[] {
  const at = asked.at(-1) === shown ? -1 : asked.indexOf(shown);
  return at < 0 ? [] : asked.slice(at + 1);
}
