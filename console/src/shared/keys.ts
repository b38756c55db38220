// The console's keys: which there are, how they are written on the reader's platform, and what a stroke means.

export type Platform = 'mac' | 'other';

export function platformOf(agent: string): Platform {
  return /Mac|iPhone|iPad/.test(agent) ? 'mac' : 'other';
}

/** `Mod+k` as the reader's keyboard has it. */
export function written(combination: string, platform: Platform): string[] {
  return combination.split('+').map((key) => {
    if (key === 'Mod') return platform === 'mac' ? '⌘' : 'Ctrl';
    return key.length === 1 ? key.toUpperCase() : key;
  });
}

export type KeyAct = { kind: 'palette' } | { kind: 'sheet' } | { kind: 'filter' } | { kind: 'go'; letter: string };

export interface Stroke {
  key: string;
  /** Ctrl or ⌘ was held. */
  mod: boolean;
  alt: boolean;
  /** The stroke went into a field. */
  typing: boolean;
  /** A dialog is open, which has the keyboard for itself. */
  inDialog: boolean;
}

/** After `g` the next letter says where to; it must come soon. `null` when no `g` stands open. */
export type Chord = number | null;

const CHORD_MS = 1500;

/** What a stroke means, and the chord that stands open after it. Letters do nothing while they are switched off. */
export function meaning(stroke: Stroke, chord: Chord, nowMs: number, letters: boolean): { act: KeyAct | null; chord: Chord } {
  if (stroke.mod && !stroke.alt && stroke.key.toLowerCase() === 'k') return { act: { kind: 'palette' }, chord: null };
  const nothing = { act: null, chord: null };
  if (stroke.mod || stroke.alt || stroke.typing || stroke.inDialog || !letters) return nothing;
  if (chord !== null && nowMs - chord <= CHORD_MS && /^[a-z]$/.test(stroke.key)) return { act: { kind: 'go', letter: stroke.key }, chord: null };
  switch (stroke.key) {
    case 'g':
      return { act: null, chord: nowMs };
    case '?':
      return { act: { kind: 'sheet' }, chord: null };
    case '/':
      return { act: { kind: 'filter' }, chord: null };
    default:
      return nothing;
  }
}

/** Whether what is pressed there is text. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range', 'color'].includes(target.type);
}

export interface KeyLine {
  /** Alternatives, each a row of keys to press together or one after the other. */
  keys: string[];
  /** `then` for one after the other. */
  sequence?: boolean;
  says: string;
  /** A single letter, which can be switched off. */
  letter: boolean;
}

/** The sheet's groups other than the places to go to. */
export const keyGroups: { title: string; lines: KeyLine[] }[] = [
  {
    title: 'Everywhere',
    lines: [
      { keys: ['Mod+k'], says: 'Search, go somewhere or run a command', letter: false },
      { keys: ['?'], says: 'Show this sheet', letter: true },
      { keys: ['/'], says: 'Move to the search of the page', letter: true },
      { keys: ['Esc'], says: 'Close what is open and return to where it was opened', letter: false },
    ],
  },
  {
    title: 'Tables',
    lines: [
      { keys: ['j', '↓'], says: 'The next row', letter: true },
      { keys: ['k', '↑'], says: 'The row before', letter: true },
      { keys: ['Enter'], says: 'Open the row', letter: false },
      { keys: ['x'], says: 'Choose the row; with Shift all since the last one', letter: true },
    ],
  },
  {
    title: 'Rows of a price change',
    lines: [
      { keys: ['['], says: 'The row before, while one is open', letter: true },
      { keys: [']'], says: 'The next row, while one is open', letter: true },
      { keys: ['v'], says: 'The next row that a guardrail stops', letter: true },
    ],
  },
];
