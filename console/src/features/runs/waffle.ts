// A run as squares of equal weight, so that a handful of failures among thousands is still seen. Pure.

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
