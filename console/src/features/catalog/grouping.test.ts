import { describe, expect, it } from 'vitest';
import type { Variant } from './columns';
import { different, grouped } from './grouping';

const variant = (id: string, product: string, amount = '9.00') => ({ id, product_id: product, price: { amount, currency: 'EUR' } }) as Variant;
const said = (rows: ReturnType<typeof grouped>) => rows.map((row) => (row.kind === 'product' ? `${row.id}: ${row.variants.length}` : `${row.nested ? '  ' : ''}${row.variant.id}`));

describe('variants under their products', () => {
  const variants = [variant('a1', 'A'), variant('b1', 'B'), variant('a2', 'A'), variant('c1', 'C'), variant('c2', 'C')];

  it('stand where the first of them stood, and follow only an open product', () => {
    expect(said(grouped(variants, []))).toEqual(['A: 2', 'b1', 'C: 2']);
    expect(said(grouped(variants, ['A', 'B', 'gone']))).toEqual(['A: 2', '  a1', '  a2', 'b1', 'C: 2']);
  });

  it('lose none and double none', () => {
    const rows = grouped(variants, ['A', 'C']);
    expect(rows.filter((row) => row.kind === 'variant').map((row) => row.variant.id).sort()).toEqual(['a1', 'a2', 'b1', 'c1', 'c2']);
    expect(grouped([], ['A'])).toEqual([]);
  });

  it('name the values that differ as they came', () => {
    const prices = [variant('1', 'A', '9.00'), variant('2', 'A', '8.00'), variant('3', 'A', '9.00'), variant('4', 'A', '10.00'), variant('5', 'A', '11.00')];
    expect(different(prices, (each) => each.price?.amount ?? '').map(({ id }) => id)).toEqual(['1', '2', '4', '5']);
    expect(different(prices, () => 'same').map(({ id }) => id)).toEqual(['1']);
  });
});
