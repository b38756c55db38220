import { describe, expect, it } from 'vitest';
import { barOf, squares, squareSize, trailPath } from './waffle';

describe('the squares of a run', () => {
  it('are one for each price while there is room', () => {
    expect(squares([['applied', 7], ['failed', 1], ['queued', 0]])).toEqual({ size: 1, squares: [{ state: 'applied', count: 7 }, { state: 'failed', count: 1 }] });
  });

  it('never hide the few among the many', () => {
    const { size, squares: drawn } = squares([['applied', 49_993], ['failed', 7]]);
    expect(size).toBe(200);
    expect(drawn).toEqual([{ state: 'applied', count: 250 }, { state: 'failed', count: 1 }]);
  });

  it('stay within what can be drawn', () => {
    for (const total of [1, 399, 400, 401, 3_202, 50_000, 1_000_000]) expect(Math.ceil(total / squareSize(total))).toBeLessThanOrEqual(400);
  });
});

describe('the bar of a run', () => {
  it('is filled from end to end, with a part for each state', () => {
    const parts = barOf([['applied', 75], ['failed', 25], ['queued', 0]], 402);
    expect(parts.map(({ state }) => state)).toEqual(['applied', 'failed']);
    const [applied, failed] = [parts[0]!, parts[1]!];
    expect(applied.x).toBe(0);
    expect(failed.x).toBe(applied.width + 2);
    expect(failed.x + failed.width).toBe(402);
    expect(applied.width - 3).toBeCloseTo(3 * (failed.width - 3), 9);
  });

  it('shows one among a million', () => {
    expect(Math.min(...barOf([['applied', 999_999], ['failed', 1]], 300).map(({ width }) => width))).toBeGreaterThanOrEqual(3);
  });
});

describe('the line of paces', () => {
  const box = { width: 100, height: 38, top: 2 };

  it('has the most at the top and a stand at the bottom', () => {
    expect(trailPath([0, 5, 10], { ...box, most: 10 })).toBe('M0 40L50 21L100 2');
    expect(trailPath([0, 5, 10], { ...box, most: 20 })).toBe('M0 40L50 30.5L100 21');
    expect(trailPath([0, 0], { ...box, most: 0 })).toBe('M0 40L100 40');
  });
});
