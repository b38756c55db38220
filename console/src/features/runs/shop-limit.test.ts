import { describe, expect, it } from 'vitest';
import { writesPerSecond } from './shop-limit';

const budget = { available: 1_500, maximum: 2_000, per_second: 110, per_write: 11 };
const singly = { in_bulk: false, surface: null };

describe('the limit of a shop', () => {
  it('is what its points are enough for', () => {
    expect(writesPerSecond(singly, budget)).toBe(10);
  });

  it('is not known where the shop has not said, or where it holds for other calls', () => {
    expect(writesPerSecond(singly, null)).toBeNull();
    expect(writesPerSecond(singly, { ...budget, per_write: 0 })).toBeNull();
    expect(writesPerSecond({ ...singly, in_bulk: true }, budget)).toBeNull();
    expect(writesPerSecond({ ...singly, surface: 'outlet' }, budget)).toBeNull();
  });
});
