import { describe, expect, it } from 'vitest';
import { marksOf, shareOf, spanUntil, stepsPath, thinned, type Priced } from './timeline';

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T00:00:00Z`;
const prices: Priced[] = [
  { amount: '10', from: day(1), until: day(11) },
  { amount: '20', from: day(11), until: day(12) },
  { amount: '15', from: day(12), until: null },
];

describe('a line of time', () => {
  it('says where an instant lies', () => {
    expect(shareOf(day(6), day(1), day(11))).toBe(0.5);
    expect(shareOf(day(20), day(1), day(11))).toBe(1);
    expect(shareOf(day(1), day(1), day(1))).toBe(0);
  });

  it('ends now, or a while after what is to come', () => {
    expect(spanUntil(day(1), day(11), [])).toEqual({ first: day(1), last: day(11) });
    expect(spanUntil(day(1), day(11), [{ from: day(5) }])).toEqual({ first: day(1), last: day(11) });
    const { last } = spanUntil(day(1), day(11), [{ from: day(12) }, { from: day(21) }]);
    expect(shareOf(day(21), day(1), last)).toBeCloseTo(1 / 1.08);
  });

  it('holds each price until the next', () => {
    const path = stepsPath(prices, { first: day(1), last: day(21) }, (share) => Math.round(share * 20), (amount) => Number(amount));
    expect(path).toBe('M0 10L10 10L10 20L11 20L11 15L20 15');
    expect(stepsPath([], { first: day(1), last: day(1) }, Number, Number)).toBe('');
  });

  it('of very many steps keeps the extremes of each stretch, and the last', () => {
    const many: Priced[] = Array.from({ length: 5_000 }, (_, index) => ({ amount: String(100 + ((index * 37) % 11)), from: new Date(index * 60_000).toISOString(), until: null }));
    many[1_234] = { ...many[1_234]!, amount: '9' };
    many[4_321] = { ...many[4_321]!, amount: '1000' };
    const kept = thinned(many, 500);
    expect(kept.length).toBeLessThanOrEqual(500);
    expect(kept.length).toBeGreaterThan(400);
    for (const place of [1_234, 4_321, 4_999]) expect(kept).toContain(many[place]);
    expect(kept.map(({ from }) => from)).toEqual(kept.map(({ from }) => from).sort());
    expect(thinned(prices, 500)).toEqual(prices);
  });

  it('puts marks that would touch together and loses none', () => {
    expect(marksOf(prices, { first: day(1), last: day(21) }, 0.02).map((mark) => mark.changes.length)).toEqual([1, 1, 1]);
    const close = marksOf(prices, { first: day(1), last: day(21) }, 0.1);
    expect(close.map((mark) => mark.changes.length)).toEqual([1, 2]);
    expect(close.flatMap((mark) => mark.changes)).toEqual(prices);
    expect(marksOf([], { first: day(1), last: day(1) }, 0.1)).toEqual([]);
  });
});
