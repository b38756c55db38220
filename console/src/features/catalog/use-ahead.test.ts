import { describe, expect, it } from 'vitest';
import { drifts, prices } from '../../gallery/world/catalogue';
import { returnsOf, seenOf, startOf } from './use-ahead';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const start = { jobId: 'job_1', kind: 'start', priceChangeId: 'pch_1', at: '2026-11-27T08:00:00Z' } as const;

describe('what is to come', () => {
  it('is the price of a scheduled plan, on its own surface and where it writes one', () => {
    const coming = { from: start.at, amount: '229.90', reason: '“Winter” starts', priceChangeId: 'pch_1' };
    const of = (outcome: string, surface: string | null, asked: string) => startOf(start, { title: 'Winter', surface }, [{ outcome, after: eur('229.90') }], asked);
    expect(of('cut', null, 'base')).toEqual([coming]);
    expect(of('raise', 'outlet', 'outlet')).toEqual([coming]);
    for (const [outcome, surface, asked] of [['blocked', null, 'base'], ['same', null, 'base'], ['cut', 'outlet', 'base'], ['cut', null, 'outlet']] as const) expect(of(outcome, surface, asked)).toEqual([]);
    expect(startOf(start, { title: 'Winter' }, undefined, 'base')).toEqual([]);
    expect(startOf(start, undefined, [{ outcome: 'cut', after: eur('1') }], 'base')).toEqual([]);
  });

  it('is the end of the sale that the price comes from, and of no other', () => {
    const end = { ...start, kind: 'return', priceChangeId: prices[0]!.because!.price_change_id } as const;
    expect(returnsOf([start, end], prices[0])).toEqual([{ from: end.at, amount: null, reason: '“Autumn sale” ends', priceChangeId: end.priceChangeId }]);
    expect(returnsOf([{ ...end, priceChangeId: 'pch_9' }], prices[0])).toEqual([]);
    expect(returnsOf([end], prices[1])).toEqual([]);
    expect(returnsOf([end], undefined)).toEqual([]);
  });
});

describe('what a shop shows', () => {
  it('is told where the price differs, by the name of the shop', () => {
    const [drift] = drifts;
    expect(seenOf([drift!], new Map([[drift!.channel, 'nordlys']]))).toEqual([{ amount: '18.00', from: drift!.first_seen_at, until: drift!.last_seen_at, shop: 'nordlys' }]);
    expect(seenOf([{ ...drift!, found: drift!.expected }, { ...drift!, found: null }], new Map())).toEqual([]);
  });
});
