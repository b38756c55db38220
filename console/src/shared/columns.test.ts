import { describe, expect, it } from 'vitest';
import { askedColumns, shownColumns } from './columns';

const all = ['sku', 'title', 'vendor', 'price', 'cost'];
const usual = ['sku', 'title', 'price'];
const shown = (...asked: string[]) => shownColumns(all, usual, asked, 'sku');

describe('the shown columns', () => {
  it('are the usual ones where the address says nothing that the table knows', () => {
    expect(shown()).toEqual(usual);
    expect(shown('colour', '')).toEqual(usual);
  });

  it('stand in the order of the table, with the one that names the row', () => {
    expect(shown('cost', 'title')).toEqual(['sku', 'title', 'cost']);
    expect(shown('sku')).toEqual(['sku']);
  });

  it('come back from the address, whichever they are', () => {
    for (let set = 0; set < 2 ** (all.length - 1); set += 1) {
      const chosen = all.filter((name, place) => name === 'sku' || (set >> (place - 1)) % 2 === 1);
      expect(shown(...askedColumns(all, usual, chosen))).toEqual(chosen);
    }
    expect(askedColumns(all, usual, ['price', 'title', 'sku'])).toEqual([]);
  });
});
