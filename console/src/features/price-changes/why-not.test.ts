import { describe, expect, it } from 'vitest';
import { whyNot } from './why-not';

const change = { state: 'pending_approval', author: 'editor@demo.test', checks: [] };

describe('why an act is not offered', () => {
  it('is the author’s own plan', () => {
    expect(whyNot('approve', change, { email: 'editor@demo.test', role: 'approver' })).toContain('someone else must approve');
  });

  it('is a missing right, and who has it', () => {
    expect(whyNot('apply', change, { email: 'viewer@demo.test', role: 'viewer' })).toBe('You can read price changes but not apply them. Ask somebody with the role editor.');
    expect(whyNot('reject', change, { email: 'editor@demo.test', role: 'editor' })).toContain('the role approver');
    expect(whyNot('apply', change, { email: 'editor@demo.test', role: 'editor' })).toBe('It can be applied once it is approved.');
  });

  it('is what stands before it', () => {
    const me = { email: 'approver@demo.test', role: 'approver' } as const;
    expect(whyNot('apply', change, me)).toBe('It can be applied once it is approved.');
    const stale = { ...change, state: 'approved', checks: [{ code: 'fresh', status: 'block', detail: 'Prices moved.' }] };
    expect(whyNot('apply', stale, me)).toBe('Prices moved.');
    expect(whyNot('roll_back', { ...change, state: 'failed' }, me)).toBe('It cannot be rolled back in this state.');
    expect(whyNot('approve', { ...change, state: 'stale' }, me)).toBe('It cannot be approved in this state.');
  });
});
