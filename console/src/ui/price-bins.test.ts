import { describe, expect, it } from 'vitest';
import { middleBin, occupied, outline, type PriceBin } from './price-bins';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

function bins(counts: [before: number, after: number][]): PriceBin[] {
  return counts.map(([before, after], index) => ({ from: eur(String(2 ** index)), to: eur(String(2 ** (index + 1))), before, after }));
}

describe('the spread of prices', () => {
  it('leaves out empty paper on both sides but keeps gaps', () => {
    const drawn = occupied(bins([[0, 0], [0, 0], [3, 0], [0, 0], [0, 5], [0, 0], [0, 0]]));
    expect(drawn.map((bin) => bin.from.amount)).toEqual(['2', '4', '8', '16', '32']);
    expect(occupied(bins([[0, 0]]))).toEqual([]);
  });

  it('has its middle where half of all prices are counted', () => {
    const spread = bins([[1, 4], [1, 1], [5, 2], [0, 0]]);
    expect(middleBin(spread, 'before')?.from.amount).toBe('4');
    expect(middleBin(spread, 'after')?.from.amount).toBe('1');
    expect(middleBin(bins([[0, 1]]), 'before')).toBeNull();
  });

  it('is drawn with both outlines to one scale', () => {
    const box = { width: 100, ground: 50, height: 40 };
    const spread = bins([[10, 0], [0, 5]]);
    expect(outline(spread, 'before', box)).toBe('M0 50L0 10H50L50 50H100V50');
    expect(outline(spread, 'after', box)).toBe('M0 50L0 50H50L50 30H100V50');
  });
});
