import { describe, expect, it } from 'vitest';
import { Intent, keyRefused, newKey } from './intent';

describe('the key of an intention', () => {
  it('stays for the same body, so that trying again does nothing twice', () => {
    const intent = new Intent();
    const key = intent.keyFor({ plan_hash: 'a' });
    expect(intent.keyFor({ plan_hash: 'a' })).toBe(key);
  });

  it('changes with the body and after success', () => {
    const intent = new Intent();
    const key = intent.keyFor({ plan_hash: 'a' });
    const other = intent.keyFor({ plan_hash: 'b' });
    expect(other).not.toBe(key);
    intent.done();
    expect(intent.keyFor({ plan_hash: 'b' })).not.toBe(other);
  });

  it('is not used again for what was refused', () => {
    const intent = new Intent();
    const key = intent.keyFor({ plan_hash: 'a' });
    keyRefused(key);
    const next = intent.keyFor({ plan_hash: 'a' });
    expect(next).not.toBe(key);
    expect(intent.keyFor({ plan_hash: 'a' })).toBe(next);
  });

  it('has 128 bits', () => {
    expect(newKey()).toMatch(/^[0-9a-f]{32}$/);
  });
});
