// Two short texts side by side, line by line: what both say stands on one line.

export interface SideBySide {
  left: string | null;
  right: string | null;
  same: boolean;
}

/** The longest common lines are kept together; what stands between them on both sides is shown as changed, line for line. */
export function sideBySide(left: string, right: string): SideBySide[] {
  const [a, b] = [linesOf(left), linesOf(right)];
  const common = commonLines(a, b);
  const rows: SideBySide[] = [];
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...common, [a.length, b.length] as const]) {
    for (; i < nextA || j < nextB; ) rows.push({ left: i < nextA ? a[i++]! : null, right: j < nextB ? b[j++]! : null, same: false });
    if (nextA < a.length && nextB < b.length) rows.push({ left: a[i++]!, right: b[j++]!, same: true });
  }
  return rows;
}

const linesOf = (text: string) => text.replace(/\n+$/, '').split('\n');

/** Pairs of places with the same line, as many as there can be in order. */
export function commonLines<T>(a: readonly T[], b: readonly T[], same: (left: T, right: T) => boolean = Object.is): (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i]![j] = same(a[i]!, b[j]!) ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    if (same(a[i]!, b[j]!)) pairs.push([i++, j++]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i += 1;
    else j += 1;
  }
  return pairs;
}
