import { describe, expect, it } from 'vitest';
import { movedOf, onlyCompareAt } from './moved';

const eur = (amount: string) => ({ amount, currency: 'EUR' as const });
const row = (variant_id: string, before: string, compareAt?: string) => ({ variant_id, sku: variant_id, title: 'Tent', before: eur(before), after: eur('9.90'), compare_at_before: compareAt === undefined ? null : eur(compareAt) });
const variant = (id: string, price: string, compareAt?: string) => [id, { id, price: eur(price), compare_at: compareAt === undefined ? null : eur(compareAt), price_since: null, price_source: 'import' }] as const;

describe('what moved', () => {
  it('are the rows whose price is not the one that was planned from', () => {
    const moved = movedOf([row('a', '10.00'), row('b', '12.00')], new Map([variant('a', '10.0'), variant('b', '13.00')]));
    expect(moved.map(({ row: { sku }, now }) => [sku, now?.price?.amount])).toEqual([['b', '13.00']]);
  });

  it('are rows whose compare-at price came, went or changed', () => {
    const moved = movedOf([row('a', '10.00', '15.00'), row('b', '10.00'), row('c', '10.00', '15.00')], new Map([variant('a', '10.00'), variant('b', '10.00', '15.00'), variant('c', '10.00', '15.00')]));
    expect(moved.map(({ row: { sku } }) => sku)).toEqual(['a', 'b']);
    expect(moved.every(onlyCompareAt)).toBe(true);
  });

  it('are rows whose variant is gone', () => {
    const [moved] = movedOf([row('a', '10.00')], new Map());
    expect(moved?.now).toBeNull();
    expect(onlyCompareAt(moved!)).toBe(false);
  });
});
