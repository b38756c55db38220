import { describe, expect, it } from 'vitest';
import { csvOf } from './csv';

describe('rows as CSV', () => {
  it('quote what would end a cell, and leave nothing that a spreadsheet would reckon with', () => {
    expect(csvOf([['sku', 'title'], ['T-1', 'Tent, "Kar"\nred'], ['=1+1', '-5.00']])).toBe('sku,title\r\nT-1,"Tent, ""Kar""\nred"\r\n\'=1+1,-5.00\r\n');
  });

  it('has a line for a heading alone', () => {
    expect(csvOf([['sku']])).toBe('sku\r\n');
  });
});
