import { describe, expect, it } from 'vitest';
import { sharesOf } from './shares';

describe('what two rules both select', () => {
  it('is divided without rest', () => {
    const shares = sharesOf({ first: 'a v1', second: 'b v2', overlap: 20, first_wins: 10, second_wins: 5, together: 0 });
    expect(shares.map(({ name, count, from, size }) => [name, count, from, size])).toEqual([
      ['a v1 wins', 10, 0, 0.5],
      ['b v2 wins', 5, 0.5, 0.25],
      ['another rule wins', 5, 0.75, 0.25],
    ]);
  });

  it('has nothing to show where nothing is shared', () => {
    expect(sharesOf({ first: 'a', second: 'b', overlap: 0, first_wins: 0, second_wins: 0, together: 0 })).toEqual([]);
  });
});
