import { expect, test } from 'vitest';
import { readScopes } from './scopes';

test('scopes are read however they are set apart', () => {
  expect(readScopes('rules:read\nruns:read, rules:read  audit:read')).toEqual(['rules:read', 'runs:read', 'audit:read']);
  expect(readScopes(' \n')).toEqual(['*']);
});
