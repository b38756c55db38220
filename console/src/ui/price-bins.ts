// How prices are spread before and after: which bins are drawn, and in which of them the middle price lies.
import type { Schemas } from '../api/client';

export type PriceBin = Schemas['PriceBin'];
export type When = 'before' | 'after';

/** The bins from the first to the last that any price lies in, with one empty bin on each side where there is one. */
export function occupied(bins: PriceBin[]): PriceBin[] {
  const holds = (bin: PriceBin) => bin.before > 0 || bin.after > 0;
  const first = bins.findIndex(holds);
  if (first < 0) return [];
  return bins.slice(Math.max(0, first - 1), bins.findLastIndex(holds) + 2);
}

/** The bin with the middle price: the first at which half of all prices are counted. Null when there are none. */
export function middleBin(bins: PriceBin[], when: When): PriceBin | null {
  const all = bins.reduce((sum, bin) => sum + bin[when], 0);
  let counted = 0;
  return bins.find((bin) => (counted += bin[when]) * 2 >= all && all > 0) ?? null;
}

/** The outline of one spread over bins of equal width, as an SVG path from the ground up and back to it. */
export function outline(bins: PriceBin[], when: When, box: { width: number; ground: number; height: number }): string {
  const most = Math.max(1, ...bins.flatMap((bin) => [bin.before, bin.after]));
  const step = box.width / bins.length;
  const points = bins.map((bin, index) => {
    const top = box.ground - (bin[when] / most) * box.height;
    return `L${round(index * step)} ${round(top)}H${round((index + 1) * step)}`;
  });
  return `M0 ${box.ground}${points.join('')}V${box.ground}`;
}

const round = (length: number) => Math.round(length * 10) / 10;
