import { describe, expect, it } from 'vitest';
import { leftInWords, paceInWords, perSecond, remembered, trailed, type Sample } from './pace';

const after = (...samples: [atMs: number, settled: number][]) => samples.reduce<Sample[]>((known, [atMs, settled]) => remembered(known, { atMs, settled }), []);

describe('the pace of a run', () => {
  it('is not said from one look or from two within a second', () => {
    expect(perSecond(after([0, 10]))).toBeNull();
    expect(perSecond(after([0, 10], [500, 20]))).toBeNull();
  });

  it('is taken over the last twenty seconds', () => {
    expect(perSecond(after([0, 0], [10_000, 100]))).toBe(10);
    expect(perSecond(after([0, 0], [10_000, 1_000], [31_000, 1_021], [32_000, 1_022]))).toBe(1);
  });

  it('begins anew when targets are tried again', () => {
    expect(perSecond(after([0, 0], [5_000, 100], [9_000, 40]))).toBeNull();
  });
});

describe('the paces of before', () => {
  it('are kept in order, without what could not be said, and not for ever', () => {
    expect(trailed(trailed(trailed([], 3), null), 5)).toEqual([3, 5]);
    const long = Array.from({ length: 500 }, (_, index) => index).reduce<number[]>(trailed, []);
    expect([long.length, long.at(-1)]).toEqual([90, 499]);
  });
});

describe('in words', () => {
  it('a pace is rounded to what can be believed', () => {
    expect([38.4, 4.24, 0.2, 0.017].map(paceInWords)).toEqual(['38 prices a second', '4.2 prices a second', '12 prices a minute', '1 price a minute']);
  });

  it('the time left is a guess and says so', () => {
    expect(leftInWords(380, 10)).toBe('about 40 s left');
    expect(leftInWords(1, 10)).toBe('about 5 s left');
    expect(leftInWords(6_000, 10)).toBe('about 10 min left');
    expect(leftInWords(100_000, 10)).toBe('about 3 h left');
    expect([leftInWords(0, 10), leftInWords(5, null), leftInWords(5, 0)]).toEqual([null, null, null]);
  });
});
