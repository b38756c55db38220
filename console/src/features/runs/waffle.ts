// A run as squares of equal weight and as a bar, so that a handful of failures among thousands is still seen. Pure.

/** More squares than this say nothing more. */
const SQUARES_MAX = 400;

const scales = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/** How many prices one square stands for. */
export function squareSize(total: number): number {
  return scales.find((size) => Math.ceil(total / size) <= SQUARES_MAX) ?? Math.ceil(total / SQUARES_MAX);
}

/** Squares by state, in the order given; a state that has any price has at least one square. */
export function squares<S extends string>(counts: readonly (readonly [S, number])[]): { size: number; squares: { state: S; count: number }[] } {
  const some = counts.filter(([, count]) => count > 0);
  const size = squareSize(some.reduce((sum, [, count]) => sum + count, 0));
  return { size, squares: some.map(([state, count]) => ({ state, count: Math.max(1, Math.round(count / size)) })) };
}

/** No part is thinner than this. */
const PART_MIN = 3;
const GAP = 2;

/** The same as parts of a bar from its left end: each as wide as its share, and none so thin that it is not seen. */
export function barOf<S extends string>(counts: readonly (readonly [S, number])[], width: number): { state: S; x: number; width: number }[] {
  const some = counts.filter(([, count]) => count > 0);
  const total = some.reduce((sum, [, count]) => sum + count, 0);
  const room = Math.max(0, width - GAP * (some.length - 1) - PART_MIN * some.length);
  let x = 0;
  return some.map(([state, count]) => {
    const part = { state, x, width: PART_MIN + (room * count) / total };
    x += part.width + GAP;
    return part;
  });
}

/** Paces as a line from left to right; one of `most` is at the top. */
export function trailPath(trail: readonly number[], { width, height, top, most }: { width: number; height: number; top: number; most: number }): string {
  const tenths = (place: number) => Math.round(place * 10) / 10;
  return trail.map((pace, index) => `${index === 0 ? 'M' : 'L'}${tenths((index * width) / Math.max(1, trail.length - 1))} ${tenths(top + height - (height * pace) / Math.max(most, Number.MIN_VALUE))}`).join('');
}
