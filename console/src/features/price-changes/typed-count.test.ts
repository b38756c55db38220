import { expect, test } from 'vitest';
import { isCount, mustTypeCount } from './typed-count';

test('the number is typed for many prices, not for a few', () => {
  expect([1, 25, 26, 3_202].map(mustTypeCount)).toEqual([false, false, true, true]);
});

test('thousands may be marked in any way, and another number is none', () => {
  expect(['3202', '3,202', '3.202', ' 3 202 '].every((typed) => isCount(typed, 3_202))).toBe(true);
  expect(['', '320', '32020'].some((typed) => isCount(typed, 3_202))).toBe(false);
});
