// From one row of a plan to another.

/** The first of `rows`, which are in plan order, behind place `row`; behind the last one it begins anew. */
export function nextBehind<T extends { row: number }>(rows: readonly T[], row: number | undefined): T | undefined {
  const next = rows.find((each) => row === undefined || each.row > row) ?? rows[0];
  return next?.row === row ? undefined : next;
}
