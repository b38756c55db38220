import { expect, test } from 'vitest';
import { memberState, memberUpdate, passwordFault } from './members';

test('who is shut out is so whatever their password is', () => {
  expect(memberState({ active: false, password_is_temporary: true }).word).toBe('Shut out');
  expect(memberState({ active: true, password_is_temporary: true }).word).toBe('Has a password to change');
  expect(memberState({ active: true, password_is_temporary: false }).word).toBe('May sign in');
});

test('only what is different is sent', () => {
  const member = { role: 'editor', active: true } as const;
  expect(memberUpdate(member, 'editor', true)).toBeNull();
  expect(memberUpdate(member, 'approver', true)).toEqual({ role: 'approver' });
  expect(memberUpdate(member, 'editor', false)).toEqual({ active: false });
  expect(memberUpdate(member, 'admin', false)).toEqual({ role: 'admin', active: false });
  expect(memberUpdate(member, 'owner', true)).toBeNull();
});

test('a new password is long enough by characters, not by bytes, and another one', () => {
  expect(passwordFault('', 'long enough')).toMatch(/that you have now/);
  expect(passwordFault('old', 'éééééé😀😀😀')).toMatch(/this one has 9/);
  expect(passwordFault('old', 'éééééé😀😀😀😀')).toBeNull();
  expect(passwordFault('the same one', 'the same one')).toMatch(/the one that you have/);
});
