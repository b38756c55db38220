import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { csvCell } from '../../shared/csv';
import { resultsCsv } from './results-csv';

const target: Schemas['Target'] = {
  id: 'tgt_1',
  variant_id: 'var_1',
  sku: 'T-1',
  title: 'Tent, "two" people',
  state: 'failed',
  before: { amount: '10.00', currency: 'EUR' },
  after: { amount: '9.00', currency: 'EUR' },
  reason_code: 'channel.rejected',
  reason: '=cmd()',
  attempts: 2,
  verified: false,
};

describe('results as CSV', () => {
  it('have one line for each price, with amounts as they came', () => {
    const [head, line, end] = resultsCsv([target]).split('\r\n');
    expect(head).toMatch(/^sku,title,/);
    expect(line).toBe('T-1,"Tent, ""two"" people",var_1,failed,EUR,10.00,9.00,,no,channel.rejected,\'=cmd(),2,');
    expect(end).toBe('');
  });

  it('are never taken for a formula', () => {
    expect(['=1+1', '+a', '@a', '-a', '-5.00'].map(csvCell)).toEqual(["'=1+1", "'+a", "'@a", "'-a", '-5.00']);
  });
});
