import { expect, test } from 'vitest';
import { parsePreferences } from './preferences';

test('what was kept is read back', () => {
  expect(parsePreferences('{"density":"compact","letters":false,"motion":"reduced"}')).toEqual({ density: 'compact', letters: false, motion: 'reduced' });
});

test('nonsense is as usual', () => {
  const usual = { density: 'comfortable', letters: true, motion: 'system' };
  for (const text of [null, '', 'null', '[]', '{"density":3,"letters":"no"}', '{']) expect(parsePreferences(text)).toEqual(usual);
});
