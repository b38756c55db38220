// The API's status words, made human once and for all pages: a word, a glyph and a tone.

export type Tone = 'neutral' | 'wait' | 'live' | 'ok' | 'warn' | 'blocked' | 'up' | 'down';
export type GlyphName = 'up' | 'down' | 'same' | 'blocked' | 'skipped' | 'check' | 'wait' | 'live' | 'warn' | 'cross' | 'conflict' | 'back' | 'waived';

export interface Word {
  word: string;
  glyph: GlyphName;
  tone: Tone;
}

const word = (text: string, glyph: GlyphName, tone: Tone): Word => ({ word: text, glyph, tone });

/** A word that this console does not know yet is shown as the API says it. */
export function humanised(code: string): string {
  const text = code.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const lookUp = (words: Record<string, Word>, code: string): Word => words[code] ?? word(humanised(code), 'wait', 'neutral');

const priceChangeStates: Record<string, Word> = {
  planned: word('Planned', 'wait', 'neutral'),
  pending_approval: word('Waiting for approval', 'wait', 'wait'),
  approved: word('Approved', 'check', 'ok'),
  scheduled: word('Scheduled', 'wait', 'ok'),
  applying: word('Applying', 'live', 'live'),
  applied: word('Applied', 'check', 'ok'),
  partially_applied: word('Partly applied', 'warn', 'warn'),
  failed: word('Failed', 'cross', 'blocked'),
  rejected: word('Declined', 'cross', 'neutral'),
  expired: word('Expired', 'skipped', 'neutral'),
  stale: word('Stale', 'warn', 'warn'),
  rolling_back: word('Rolling back', 'live', 'live'),
  rolled_back: word('Rolled back', 'back', 'neutral'),
};

const runStates: Record<string, Word> = {
  queued: word('Queued', 'wait', 'wait'),
  applying: word('Writing', 'live', 'live'),
  paused: word('Paused', 'wait', 'warn'),
  stopping: word('Stopping', 'live', 'warn'),
  applied: word('Applied', 'check', 'ok'),
  partially_applied: word('Partly applied', 'warn', 'warn'),
  failed: word('Failed', 'cross', 'blocked'),
  rolled_back: word('Rolled back', 'back', 'neutral'),
};

const targetStates: Record<string, Word> = {
  queued: word('Waiting', 'wait', 'neutral'),
  applying: word('Sent', 'live', 'live'),
  applied: word('Applied', 'check', 'ok'),
  failed: word('Failed', 'cross', 'blocked'),
  conflict: word('Conflict', 'conflict', 'warn'),
  skipped: word('Skipped', 'skipped', 'neutral'),
  rolled_back: word('Rolled back', 'back', 'neutral'),
};

const takenBackStates: Record<string, Word> = {
  goes_back: word('Goes back', 'back', 'neutral'),
  changed: word('Changed since', 'conflict', 'warn'),
  unsure: word('Unsure', 'wait', 'warn'),
};

const outcomes: Record<string, Word> = {
  raise: word('Up', 'up', 'up'),
  cut: word('Down', 'down', 'down'),
  same: word('Same', 'same', 'neutral'),
  blocked: word('Blocked', 'blocked', 'blocked'),
  skipped: word('Skipped', 'skipped', 'neutral'),
};

const checkStatuses: Record<string, Word> = {
  pass: word('Passed', 'check', 'ok'),
  wait: word('Waiting', 'wait', 'neutral'),
  warn: word('Warning', 'warn', 'warn'),
  block: word('Blocking', 'blocked', 'blocked'),
};

const guardrailVerdicts: Record<string, Word> = {
  passed: word('Within', 'check', 'ok'),
  near: word('Near', 'warn', 'warn'),
  limited: word('Limited', 'warn', 'warn'),
  waived: word('Waived', 'waived', 'neutral'),
  violated: word('Stopped', 'blocked', 'blocked'),
  blocked: word('Blocked', 'blocked', 'blocked'),
};

const guardrailModes: Record<string, Word> = {
  hard: word('Hard', 'blocked', 'neutral'),
  soft: word('Soft', 'warn', 'neutral'),
  off: word('Off', 'skipped', 'neutral'),
};

const waiverStates: Record<string, Word> = {
  requested: word('Waiting for approval', 'wait', 'wait'),
  approved: word('In force', 'check', 'ok'),
  expired: word('Expired', 'skipped', 'neutral'),
  ended: word('Ended', 'cross', 'neutral'),
};

const commentKinds: Record<string, Word> = {
  review_requested: word('Asks for a review', 'wait', 'wait'),
  changes_asked: word('Asks for changes', 'warn', 'warn'),
};

const settingSources: Record<string, string> = {
  built_in: 'Built in',
  tenant: 'Whole organisation',
  project: 'This project',
};

const priceSources: Record<string, string> = {
  import: 'Import',
  ingest: 'Read from the shop',
  price_change: 'Price change',
  roll_back: 'Roll back',
  history: 'Told later',
};

export const priceChangeState = (code: string) => lookUp(priceChangeStates, code);
export const runState = (code: string) => lookUp(runStates, code);
export const targetState = (code: string) => lookUp(targetStates, code);
export const takenBackState = (code: string) => lookUp(takenBackStates, code);
export const outcomeWord = (code: string) => lookUp(outcomes, code);
export const checkStatus = (code: string) => lookUp(checkStatuses, code);
export const guardrailVerdict = (code: string) => lookUp(guardrailVerdicts, code);
export const guardrailMode = (code: string) => lookUp(guardrailModes, code);
export const waiverState = (code: string) => lookUp(waiverStates, code);
export const commentKind = (code: string) => lookUp(commentKinds, code);
export const settingSource = (code: string) => settingSources[code] ?? humanised(code);
export const priceSource = (code: string) => priceSources[code] ?? humanised(code);
export const runKind = (code: string) => (code === 'roll_back' ? 'Roll back' : humanised(code));

export const PRICE_CHANGE_STATES = Object.keys(priceChangeStates);
export const TARGET_STATES = Object.keys(targetStates);
export const TAKEN_BACK_STATES = Object.keys(takenBackStates);

/** `price_change.approved` → `approved the price change`. */
export function actionInWords(action: string): string {
  const [thing = '', act] = action.split('.');
  return act === undefined ? humanised(thing) : `${act.replaceAll('_', ' ')} the ${thing.replaceAll('_', ' ')}`;
}
