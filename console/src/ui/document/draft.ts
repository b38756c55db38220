// What somebody is writing: the text, the stored version it began from, and the way back. Kept in this browser until it is pushed.
import { editDocument, type Edit, type Shape } from './document-text';

export interface DocumentDraft {
  text: string;
  /** The version that was newest when this was begun; null for a new one. */
  base: number | null;
  past: readonly string[];
  future: readonly string[];
  /** What the last edit wrote to, so that typing into one field is one step back. */
  place: string;
}

export type DraftAction =
  | { kind: 'edit'; edits: readonly Edit[] }
  | { kind: 'write'; text: string }
  | { kind: 'undo' }
  | { kind: 'redo' }
  /** Begins anew from a stored text. */
  | { kind: 'load'; text: string; base: number | null }
  /** Keeps the text and lays it over a newer version. */
  | { kind: 'rebase'; base: number };

const STEPS_BACK = 100;

export const draftOf = (text: string, base: number | null): DocumentDraft => ({ text, base, past: [], future: [], place: '' });

/** How a draft of such a document changes. */
export const draftReducer = (shape: Shape) => (draft: DocumentDraft, action: DraftAction) => reduceDraft(draft, action, shape);

function reduceDraft(draft: DocumentDraft, action: DraftAction, shape: Shape): DocumentDraft {
  switch (action.kind) {
    case 'edit':
      return changed(draft, action.edits.reduce((text, edit) => editDocument(text, edit, shape), draft.text), placeOf(action.edits));
    case 'write':
      return changed(draft, action.text, 'text');
    case 'undo': {
      const before = draft.past.at(-1);
      if (before === undefined) return draft;
      return { ...draft, text: before, past: draft.past.slice(0, -1), future: [draft.text, ...draft.future], place: '' };
    }
    case 'redo': {
      const [after, ...rest] = draft.future;
      if (after === undefined) return draft;
      return { ...draft, text: after, past: [...draft.past, draft.text], future: rest, place: '' };
    }
    case 'load':
      return draftOf(action.text, action.base);
    case 'rebase':
      return { ...draft, base: action.base };
  }
}

function changed(draft: DocumentDraft, text: string, place: string): DocumentDraft {
  if (text === draft.text) return draft;
  const goesOn = place !== '' && place === draft.place;
  const past = goesOn ? draft.past : [...draft.past, draft.text].slice(-STEPS_BACK);
  return { ...draft, text, past, future: [], place };
}

/** Only typing goes on where it was; adding, moving and removing are steps of their own. */
function placeOf(edits: readonly Edit[]): string {
  const [edit] = edits;
  return edits.length === 1 && edit?.kind === 'set' ? edit.path.join('/') : '';
}

interface Kept {
  text: string;
  base: number | null;
}

const keyOf = (name: string) => `calibr draft ${name}`;

/** What was kept under a name; null where nothing was, or nothing that can be read. */
export function keptDraft(store: Pick<Storage, 'getItem'>, name: string): Kept | null {
  try {
    const kept: unknown = JSON.parse(store.getItem(keyOf(name)) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('text' in kept) || typeof kept.text !== 'string') return null;
    return { text: kept.text, base: 'base' in kept && typeof kept.base === 'number' ? kept.base : null };
  } catch {
    return null;
  }
}

/** Whether it could be kept: a browser may have no room, or none for this page. */
export function keepDraft(store: Pick<Storage, 'setItem'>, name: string, { text, base }: Kept): boolean {
  try {
    store.setItem(keyOf(name), JSON.stringify({ text, base }));
    return true;
  } catch {
    return false;
  }
}

export function forgetDraft(store: Pick<Storage, 'removeItem'>, name: string) {
  try {
    store.removeItem(keyOf(name));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
