// The words of drift.
import type { Word } from '../../shared/words';
import { humanised } from '../../shared/words';
import { BASE } from '../catalog/surfaces';

const states: Record<string, Word> = {
  open: { word: 'Open', glyph: 'conflict', tone: 'warn' },
  ended: { word: 'Put right in the shop', glyph: 'check', tone: 'ok' },
  adopted: { word: 'Taken as ours', glyph: 'waived', tone: 'neutral' },
  put_back: { word: 'Put back by a plan', glyph: 'back', tone: 'neutral' },
};

export const DRIFT_STATES = Object.keys(states);

export const driftState = (code: string): Word => states[code] ?? { word: humanised(code), glyph: 'wait', tone: 'neutral' };

export const foundBy = (code: string): string => (code === 'webhook' ? 'Webhook' : code === 'sweep' ? 'Comparison' : humanised(code));

/** What it says where a shop shows no price on a surface. */
export const nothingSeen = (surface: string): string => (surface === BASE ? 'gone from the shop' : 'no price in the list');

export type Policy = 'hold' | 'adopt' | 'put_back';

export const policies: Record<Policy, { name: string; effect: string }> = {
  hold: { name: 'Report and wait', effect: 'A drift stays open until somebody decides.' },
  adopt: { name: 'Take the shop’s price', effect: 'What the shop shows becomes the price that Calibr holds, at once.' },
  put_back: { name: 'Plan our price again', effect: 'Calibr plans a price change that sets our price again. It needs approval like any other, and bears the name of whoever set this.' },
};

export const policyOf = (code: string): Policy => (code in policies ? (code as Policy) : 'hold');
