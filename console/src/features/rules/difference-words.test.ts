import { describe, expect, it } from 'vitest';
import { differenceInWords } from './difference-words';

const none = { moves_newly: 0, moves_no_longer: 0, moves_otherwise: 0, moves_the_same: 0, stopped_newly: 0 };
const now = { in_force: true, reschedules: false };

describe('the difference to the stored version', () => {
  it('is told by what it does to variants', () => {
    expect(differenceInWords({ ...now, unchanged: false, counts: { ...none, moves_newly: 1, moves_otherwise: 12 } })).toEqual(['1 variant moves that did not.', '12 variants move to another price.']);
  });

  it('may be none, in the text or in its effect', () => {
    expect(differenceInWords({ ...now, unchanged: true, counts: none })).toEqual(['The text says exactly what is stored.']);
    expect(differenceInWords({ ...now, unchanged: false, counts: { ...none, moves_the_same: 3 } })).toEqual(['No price differs from what is stored.', '3 variants move to the same price.']);
    expect(differenceInWords({ ...now, unchanged: false, counts: { ...none, stopped_newly: 1 } })).toEqual(['1 variant is stopped by a guardrail that let it pass before.']);
  });

  it('may lie in the times, and be about a sale to come', () => {
    const said = differenceInWords({ unchanged: false, in_force: false, reschedules: true, counts: { ...none, moves_the_same: 3 } });
    expect(said.slice(2)).toEqual(['It holds at other times than what is stored.', 'It is not in force now: both are compared as if they held.']);
  });
});
