import { describe, expect, it } from 'vitest';
import { ariaSort, nextSort } from './sort';

describe('the order of a list', () => {
  it('is said to readers', () => {
    expect(ariaSort('sku', 'sku')).toBe('ascending');
    expect(ariaSort('-sku', 'sku')).toBe('descending');
    expect(ariaSort('title', 'sku')).toBe('none');
    expect(ariaSort(undefined, 'sku')).toBe('none');
  });

  it('goes round: rising, falling, the list’s own', () => {
    expect(nextSort('', 'sku')).toBe('sku');
    expect(nextSort('sku', 'sku')).toBe('-sku');
    expect(nextSort('-sku', 'sku')).toBe('');
    expect(nextSort('-title', 'sku')).toBe('sku');
  });
});
