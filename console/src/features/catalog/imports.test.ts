import { describe, expect, it } from 'vitest';
import { hindrance, outcomeOfProducts, outcomeOfRows } from './imports';

const products = { id: 'imp_1', products: 2, variants: 3, variants_new: 1, prices_changed: 2, refused_count: 1, refused: [{ pointer: 'line 4', code: 'x', detail: 'y' }], changed: [] };
const rows = { id: 'imp_1', rows: 3, taken: 1, unchanged: 2, refused_count: 0, refused: [] };

describe('what became of a file', () => {
  it('is said of products and of rows', () => {
    expect(outcomeOfProducts(products).words).toBe('3 variants in 2 products: 1 new variant, 2 other prices than known so far.');
    expect(outcomeOfRows(rows).words).toBe('3 rows: 1 says something new, 2 say what is known already.');
  });
});

describe('a file is taken', () => {
  const file = new File(['a'], 'a.csv');
  it('only when there is one, and something in it', () => {
    expect(hindrance(null, null)).toBe('Choose a file.');
    expect(hindrance(file, null)).toBeUndefined();
    expect(hindrance(file, outcomeOfRows(rows))).toBeUndefined();
    expect(hindrance(file, outcomeOfRows({ ...rows, taken: 0 }))).toMatch(/^Nothing in this file/);
    expect(hindrance(file, outcomeOfProducts({ ...products, variants: 0 }))).toMatch(/^Nothing in this file/);
  });
});
