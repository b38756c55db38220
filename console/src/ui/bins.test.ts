import { describe, expect, it } from 'vitest';
import { aroundZero, direction, holds } from './bins';

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

  it('hold every change once, edges and open ends included', () => {
    const all = bins({});
    for (const pct of ['-100.00', '-97.50', '-2.50', '-2.49', '0.00', '2.49', '2.50', '97.50', '1250.00']) {
      expect(all.filter((bin) => holds(bin, pct)).length).toBe(1);
    }
    expect(all.findIndex((bin) => holds(bin, '-2.50'))).toBe(20);
    expect(all.findIndex((bin) => holds(bin, '2.50'))).toBe(21);
    expect(all.some((bin) => holds(bin, null))).toBe(false);
  });
});
