// Which bins of a histogram are drawn, and which way their prices go.
import type { Schemas } from '../api/client';

type Bin = Schemas['Bin'];

const negative = (pct: string) => pct.startsWith('-');

/** Whether the prices of a bin all rise, all fall, or move a little either way. */
export function direction(bin: Bin): 'up' | 'down' | 'either' {
  if (bin.from_pct && !negative(bin.from_pct)) return 'up';
  return bin.to_pct && (negative(bin.to_pct) || /^0(\.0+)?$/.test(bin.to_pct)) ? 'down' : 'either';
}

/** The bins from the first to the last with anything in it, always with zero and some room; the rest would be empty paper. */
export function aroundZero(bins: Bin[]): Bin[] {
  const zero = bins.findIndex((bin) => !bin.to_pct || !negative(bin.to_pct));
  const first = Math.min(zero, bins.findIndex((bin) => bin.count > 0));
  const last = Math.max(zero, bins.findLastIndex((bin) => bin.count > 0));
  const room = Math.max(2, Math.ceil((11 - (last - first)) / 2));
  return bins.slice(Math.max(0, first - room), last + room + 1);
}
