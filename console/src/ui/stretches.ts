// The rows of a long table that are drawn, and the empty stretches that stand for all others.

export interface Drawn {
  index: number;
  start: number;
  end: number;
}

export type Stretch = { kind: 'row'; index: number } | { kind: 'gap'; key: string; size: number };

/** Rows and gaps from top to bottom; together they are `total` pixels high. `drawn` is in order, with or without holes. */
export function stretchesOf(drawn: readonly Drawn[], total: number): Stretch[] {
  const stretches: Stretch[] = [];
  let reached = 0;
  for (const { index, start, end } of drawn) {
    if (start > reached) stretches.push({ kind: 'gap', key: `before ${index}`, size: start - reached });
    stretches.push({ kind: 'row', index });
    reached = end;
  }
  if (total > reached) stretches.push({ kind: 'gap', key: 'end', size: total - reached });
  return stretches;
}

/** `indexes` in order with `kept` among them: the row with the focus is drawn wherever the table was scrolled to. */
export function keeping(indexes: readonly number[], kept: number, count: number): number[] {
  if (kept < 0 || kept >= count || indexes.includes(kept)) return [...indexes];
  return [...indexes, kept].sort((a, b) => a - b);
}
