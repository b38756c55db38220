import { describe, expect, it } from 'vitest';
import { DRIFT_STATES, driftState, foundBy, nothingSeen, policyOf } from './drift-words';

describe('the words of drift', () => {
  it('know every state of the API, and pass on one that is new', () => {
    expect(DRIFT_STATES).toEqual(['open', 'ended', 'adopted', 'put_back']);
    expect(driftState('new_thing').word).toBe('New thing');
  });

  it('say who found it', () => {
    expect([foundBy('webhook'), foundBy('sweep')]).toEqual(['Webhook', 'Comparison']);
  });

  it('say of a price list that it has no price, and of base prices that the variant is gone', () => {
    expect([nothingSeen('base'), nothingSeen('germany')]).toEqual(['gone from the shop', 'no price in the list']);
  });

  it('take a policy they do not know for the careful one', () => {
    expect(policyOf('something_else')).toBe('hold');
  });
});
