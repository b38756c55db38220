import { describe, expect, it } from 'vitest';
import { KNOWN_GUARDRAILS } from '../../shared/guardrails';
import { Digits } from '../../ui/document/document-text';
import { SETTINGS, settingsFrom, unknownSettings } from './guardrail-settings';

describe('speaking of a guardrail for the first time', () => {
  it('says what is in force, so that nothing changes', () => {
    expect(settingsFrom('maximum_move', { mode: 'soft', settings: { mode: 'soft', down_percent: '50', up_percent: '100' } }, 'EUR')).toEqual({ mode: 'soft', down_percent: new Digits('50'), up_percent: new Digits('100') });
    expect(settingsFrom('floor', { mode: 'hard', settings: { price: [{ amount: '5.00', currency: 'EUR' }] } }, 'EUR')).toEqual({ mode: 'hard', price: '5.00 EUR' });
    expect(settingsFrom('below_cost', { mode: 'hard', settings: { missing_cost: 'pass', other: null } }, 'EUR')).toEqual({ mode: 'hard', missing_cost: 'pass' });
  });

  it('starts where nothing is in force with something that can be used', () => {
    expect(settingsFrom('floor', undefined, 'SEK')).toEqual({ mode: 'soft', price: '1.00 SEK' });
    expect(settingsFrom('near_zero', undefined, 'EUR')).toEqual({ mode: 'soft' });
  });
});

describe('the form', () => {
  it('knows only guardrails that there are', () => {
    expect(Object.keys(SETTINGS).filter((code) => !KNOWN_GUARDRAILS.includes(code))).toEqual([]);
  });

  it('leaves to the text what it has no field for', () => {
    expect(unknownSettings('floor', { mode: 'hard', price: ['1 EUR', '9 SEK'] })).toEqual([['price', ['1 EUR', '9 SEK']]]);
    expect(unknownSettings('freeze', { windows: [] })).toEqual([['windows', []]]);
    expect(unknownSettings('floor', { price: '1 EUR' })).toEqual([]);
  });
});
