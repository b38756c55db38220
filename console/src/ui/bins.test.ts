import { describe, expect, it } from 'vitest';
import { aroundZero, direction } from './bins';

/** The server's 41 bins: 5 % wide, the middle one around zero, the outermost open. */
function bins(counts: Record<number, number>) {
  return Array.from({ length: 41 }, (_, index) => {
    const from = (index - 20) * 5 - 2.5;
    return { from_pct: index === 0 ? null : from.toFixed(2), to_pct: index === 40 ? null : (from + 5).toFixed(2), count: counts[index] ?? 0 };
  });
}

describe('the bins that are drawn', () => {
  it('hold everything that is counted, and zero', () => {
    const drawn = aroundZero(bins({ 3: 4, 18: 1 }));
    expect(drawn.reduce((sum, bin) => sum + bin.count, 0)).toBe(5);
    expect(drawn.some((bin) => bin.from_pct === '-2.50')).toBe(true);
  });

  it('leave out empty paper but stay a picture', () => {
    expect(aroundZero(bins({ 18: 7 })).length).toBeLessThan(20);
    expect(aroundZero(bins({ 20: 7 })).length).toBeGreaterThanOrEqual(11);
    expect(aroundZero(bins({ 0: 1, 40: 1 })).length).toBe(41);
  });

  it('know which way prices go', () => {
    const all = bins({});
    expect([0, 19, 20, 21, 40].map((index) => direction(all[index]!))).toEqual(['down', 'down', 'either', 'up', 'up']);
  });
});
