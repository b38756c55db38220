import { describe, expect, it } from 'vitest';
import { squares, squareSize } from './waffle';

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
