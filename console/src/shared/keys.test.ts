import { expect, test } from 'vitest';
import { meaning, platformOf, written, type Stroke } from './keys';

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({ key, mod: false, alt: false, typing: false, inDialog: false, ...more });

test('keys are written as the platform has them', () => {
  expect(platformOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toBe('mac');
  expect(written('Mod+k', 'mac')).toEqual(['⌘', 'K']);
  expect(written('Mod+k', platformOf('Mozilla/5.0 (X11; Linux x86_64)'))).toEqual(['Ctrl', 'K']);
  expect(written('Esc', 'mac')).toEqual(['Esc']);
});

test('the palette opens from anywhere, also while typing', () => {
  expect(meaning(stroke('k', { mod: true, typing: true }), null, 0, false).act).toEqual({ kind: 'palette' });
});

test('g and a letter go somewhere, if the letter comes soon', () => {
  const { chord, act } = meaning(stroke('g'), null, 1000, true);
  expect([chord, act]).toEqual([1000, null]);
  expect(meaning(stroke('r'), chord, 1800, true)).toEqual({ act: { kind: 'go', letter: 'r' }, chord: null });
  expect(meaning(stroke('r'), chord, 9000, true).act).toBeNull();
});

test('letters do nothing in a field, in a dialog, with Alt, or switched off', () => {
  for (const key of ['g', '?', '/']) {
    for (const more of [{ typing: true }, { inDialog: true }, { alt: true }]) expect(meaning(stroke(key, more), null, 0, true)).toEqual({ act: null, chord: null });
    expect(meaning(stroke(key), null, 0, false)).toEqual({ act: null, chord: null });
  }
  expect(meaning(stroke('?'), null, 0, true).act).toEqual({ kind: 'sheet' });
  expect(meaning(stroke('/'), null, 0, true).act).toEqual({ kind: 'filter' });
});
