import { describe, expect, it } from 'vitest';
import { furtherReason, reasonInWords } from './reasons';

describe('the reason of a row', () => {
  it('is told in words, also one that this console does not know', () => {
    expect(reasonInWords('skipped.no_price')).toBe('There is no price to start from.');
    expect(reasonInWords('limited.maximum_move')).toBe('At the limit of the rule: largest move');
    expect(reasonInWords('blocked.newer_guardrail')).toBe('Stopped: Newer guardrail');
    expect(reasonInWords('skipped.something_new')).toBe('Something new');
    expect(reasonInWords('Would fall below 20.00 EUR.')).toBe('Would fall below 20.00 EUR.');
  });

  it('is not told twice', () => {
    expect(furtherReason({ reason: 'blocked.slip', violated: ['slip', 'below_cost'] })).toBeNull();
    expect(furtherReason({ reason: 'limited.floor', violated: [] })).toContain('floor');
    expect(furtherReason({ reason: null, violated: [] })).toBeNull();
  });
});
