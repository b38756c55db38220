// Which bins of a histogram are drawn, which way their prices go, and which rows belong to one.
import type { Schemas } from '../api/client';
import { compareDecimals, withoutZeros } from '../shared/decimal';
import { formatPercent } from '../shared/format';

export type Bin = Schemas['Bin'];

const negative = (pct: string) => pct.startsWith('-');

/** Whether the prices of a bin all rise, all fall, or move a little either way. */
export function direction(bin: Bin): 'up' | 'down' | 'either' {
  if (bin.from_pct && !negative(bin.from_pct)) return 'up';
  return bin.to_pct && (negative(bin.to_pct) || /^0(\.0+)?$/.test(bin.to_pct)) ? 'down' : 'either';
}

/** What is written and what is blocked; plans made before blocked rows were counted do not name them. */
export const heldBy = (bin: Bin) => bin.count + (bin.blocked ?? 0);

/** The bins from the first to the last with anything in it, always with zero and some room; the rest would be empty paper. None where all are empty. */
export function aroundZero(bins: Bin[]): Bin[] {
  if (bins.every((bin) => heldBy(bin) === 0)) return [];
  const zero = bins.findIndex((bin) => !bin.to_pct || !negative(bin.to_pct));
  const first = Math.min(zero, bins.findIndex((bin) => heldBy(bin) > 0));
  const last = Math.max(zero, bins.findLastIndex((bin) => heldBy(bin) > 0));
  const room = Math.max(2, Math.ceil((11 - (last - first)) / 2));
  return bins.slice(Math.max(0, first - room), last + room + 1);
}

/** Names a bin by its edges, so that a choice outlives a reload of the counts. */
export const binKey = (bin: Bin) => `${bin.from_pct ?? ''}..${bin.to_pct ?? ''}`;

/** Whether a change of `pct` percent is counted in the bin: `from ≤ pct < to`. */
export function holds(bin: Bin, pct: string | null | undefined): boolean {
  if (!pct) return false;
  return (!bin.from_pct || compareDecimals(pct, bin.from_pct) >= 0) && (!bin.to_pct || compareDecimals(pct, bin.to_pct) < 0);
}

/** The edges of a bin in words that follow "changes lie". */
export function spanOf(bin: Bin): string {
  if (!bin.from_pct) return `below ${formatPercent(withoutZeros(bin.to_pct ?? '0'))}`;
  if (!bin.to_pct) return `at ${formatPercent(withoutZeros(bin.from_pct))} or above`;
  return `between ${formatPercent(withoutZeros(bin.from_pct))} and ${formatPercent(withoutZeros(bin.to_pct))}`;
}
