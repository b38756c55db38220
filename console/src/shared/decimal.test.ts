import { describe, expect, it } from 'vitest';
import { compareDecimals, withoutZeros } from './decimal';

describe('decimal texts', () => {
  it('are ordered as numbers, however many digits they have', () => {
    const ascending = ['-100', '-9.5', '-9.49', '-0.01', '0', '0.001', '2', '10.00', '92233720368547758.07', '92233720368547758.08'];
    for (const [at, low] of ascending.entries()) {
      for (const high of ascending.slice(at + 1)) expect([compareDecimals(low, high), compareDecimals(high, low)]).toEqual([-1, 1]);
    }
  });

  it('are the same number with or without their last zeros', () => {
    expect(compareDecimals('12.5', '12.50')).toBe(0);
    expect(compareDecimals('-0.00', '0')).toBe(0);
    expect(['12.50', '12.00', '100', '0.00'].map(withoutZeros)).toEqual(['12.5', '12', '100', '0']);
  });
});
