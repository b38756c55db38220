import { describe, expect, it } from 'vitest';
import type { Variant } from './columns';
import { variantColumns } from './columns';
import { allRows, variantsCsv } from './variants-csv';

const variant = (fields: Partial<Variant>) => ({ id: 'var_1', product_id: 'prd_1', product_title: 'Kar tent', title: '', sku: 'T-1', vendor: 'Nordkamm', product_type: 'Tents', tags: ['a', 'b'], channel_refs: {}, ...fields }) as Variant;

describe('the variants of a list as CSV', () => {
  it('have the columns that are shown, with amounts as the server wrote them', () => {
    const columns = variantColumns('EUR').filter(({ key }) => ['sku', 'title', 'tags', 'price', 'cost'].includes(key));
    const rows = [variant({ price: { amount: '289.90', currency: 'EUR' } }), variant({ id: 'var_2', sku: '', title: 'Red, 2', cost: { amount: '1000.00', currency: 'EUR' } })];
    expect(variantsCsv(columns, 'EUR', rows)).toBe('id,sku,title,tags,price,cost,currency\r\nvar_1,T-1,Kar tent,"a, b",289.90,,EUR\r\nvar_2,,"Kar tent · Red, 2","a, b",,1000.00,EUR\r\n');
  });

  it('are all of them, page by page, and none where there are too many to copy', async () => {
    const pages: Record<string, { data: number[]; has_more: boolean; next_cursor?: string }> = {
      start: { data: [1, 2], has_more: true, next_cursor: 'b' },
      b: { data: [3, 4], has_more: true, next_cursor: 'c' },
      c: { data: [5], has_more: false },
    };
    const load = async (cursor: string | undefined) => pages[cursor ?? 'start']!;
    expect(await allRows(load)).toEqual([1, 2, 3, 4, 5]);
    expect(await allRows(load, 5)).toEqual([1, 2, 3, 4, 5]);
    await expect(allRows(load, 4)).rejects.toThrow('More than 4 variants match.');
  });
});
