import { describe, expect, it } from 'vitest';
import { guardrails } from '../../gallery/world/rules';
import { moveLimits } from './use-move-limits';

describe('how far a price may move', () => {
  it('is what the guardrail says, down as a change below zero', () => {
    expect(moveLimits(guardrails.guardrails)).toEqual({ down: '-30', up: '50' });
  });

  it('has no limit where the guardrail is off or not there', () => {
    expect(moveLimits(guardrails.guardrails.map((each) => ({ ...each, mode: 'off' })))).toEqual({ down: null, up: null });
    expect(moveLimits([])).toEqual({ down: null, up: null });
  });
});
