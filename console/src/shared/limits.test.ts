import { expect, test } from 'vitest';
import { spanOf } from './limits';

const step = (kind: string, value: string | null, limit: string | null) => spanOf({ kind, value, limit });

test('a limit is one number or a span of two', () => {
  expect(step('below_cost', '254.90', '154.11')).toEqual({ value: '254.90', edges: ['154.11'] });
  expect(step('maximum_move', '254.90', '120.40 to 481.60')).toEqual({ value: '254.90', edges: ['120.40', '481.60'] });
});

test('what is no number, or a number of another kind, is not drawn', () => {
  expect(step('currency_swap', 'EUR', 'EUR')).toBeNull();
  expect(step('floor', '254.90', 'fifty')).toBeNull();
  expect(step('floor', null, '1')).toBeNull();
  expect(step('floor', '1', null)).toBeNull();
  expect(step('slip', '254.90', '9.5')).toBeNull();
});
