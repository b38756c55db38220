import { expect, test } from 'vitest';
import { answering, score } from './match';

test('every word must be there, in any order', () => {
  expect(score('New price change', 'price new')).not.toBeNull();
  expect(score('New price change', 'price rule')).toBeNull();
  expect(score('Rules', '')).toBe(0);
});

test('the start of a word is better than its middle, the whole is best', () => {
  const entries = ['Overrule', 'New rule', 'Rules', 'rule'];
  expect(answering(entries, 'rule', (entry) => entry)).toEqual(['rule', 'Rules', 'New rule', 'Overrule']);
});

test('equals keep their order', () => {
  expect(answering(['b one', 'a one'], 'one', (entry) => entry)).toEqual(['b one', 'a one']);
});
