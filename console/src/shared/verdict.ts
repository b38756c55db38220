// What is known of a text that the server checks a moment after the last key.
import { countOf } from './format';
import type { Word } from './words';

/** Under way; not to be had, since the server could not or would not look; or done. */
export type Checked = 'checking' | 'unchecked' | 'checked';

export const checkedWhen = (checking: boolean, refused: boolean): Checked => (checking ? 'checking' : refused ? 'unchecked' : 'checked');

/** While it is checked again the colour of before stays, so that nothing flickers as one types. */
export function verdictOf(checked: Checked, faults: readonly unknown[]): Word {
  const tone = faults.length > 0 ? 'blocked' : 'ok';
  if (checked === 'checking') return { word: 'Checking', glyph: 'wait', tone };
  if (faults.length > 0) return { word: `${countOf(faults.length, 'fault', 'faults')} to mend`, glyph: 'blocked', tone };
  if (checked === 'unchecked') return { word: 'Not checked', glyph: 'skipped', tone: 'neutral' };
  return { word: 'Valid', glyph: 'check', tone };
}
