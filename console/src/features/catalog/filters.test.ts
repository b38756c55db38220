import { describe, expect, it } from 'vitest';
import { narrowingInWords, NOTHING, totalOf } from './filters';

const facets = { vendors: [{ value: 'Kar', count: 7 }], product_types: [{ value: 'Tents', count: 3 }], tags: [] };

describe('the filters of the catalogue', () => {
  it('are said in words', () => {
    expect(narrowingInWords({ ...NOTHING, q: 'fjell', product_type: 'Tents' })).toBe('text: fjell, type: Tents');
    expect(narrowingInWords(NOTHING)).toBe('');
  });

  it('leave as many variants as the facet of a chosen value counts', () => {
    expect(totalOf(facets, { ...NOTHING, vendor: 'Kar' })).toBe(7);
    expect(totalOf(facets, { ...NOTHING, q: 'x', product_type: 'Tents' })).toBe(3);
  });

  it('leave an unknown number where no facet says it', () => {
    expect(totalOf(undefined, { ...NOTHING, vendor: 'Kar' })).toBeUndefined();
    expect(totalOf(facets, { ...NOTHING, q: 'x' })).toBeUndefined();
    expect(totalOf(facets, { ...NOTHING, tag: 'rare' })).toBeUndefined();
  });
});
