import { expect, test } from 'vitest';
import { idInPath, kindOfId, pageOfId } from './ids';

const ID = '01kb2n6y3vf5w8x7q9r4t2s1z0';

test('an id says what it names', () => {
  expect(kindOfId(`pch_${ID}`)?.one).toBe('a price change');
  expect(kindOfId(` RUN_${ID.toUpperCase()} `)?.one).toBe('a run');
  expect(kindOfId('pch_')).toBeNull();
  expect(kindOfId(`xyz_${ID}`)).toBeNull();
  expect(kindOfId('tent')).toBeNull();
});

test('an id leads to the page of its thing, if there is one', () => {
  expect(pageOfId('demo', `var_${ID}`)).toBe(`/demo/catalog/var_${ID}`);
  expect(pageOfId('demo', `aud_${ID}`)).toBeNull();
  expect(pageOfId('demo', 'price')).toBeNull();
});

test('the last id of an address counts', () => {
  expect(idInPath(`/demo/runs/pch_${ID}`)?.kind.page).toBe('price-changes');
  expect(idInPath(`/demo/rules/rul_${ID}/edit`)?.id).toBe(`rul_${ID}`);
  expect(idInPath('/demo/rules/new')).toBeNull();
});
