// States that most screens come into in the same way: whatever is read does not come, is refused, has no rows.
import { never, problem, silence, type Bend, type Operation } from '../canned';
import type { Bends, Not, Shown } from '../states';

export const not = (why: string): Not => ({ not: why });

const failing = problem(500, 'internal', 'The server could not finish this. Nothing was changed.');
const refusing = problem(403, 'forbidden', 'Your role may not read this.');

const each = (operations: readonly Operation[], bend: Bend): Bends => Object.fromEntries(operations.map((operation) => [operation, bend]));

interface Reads {
  /** What the page cannot do without. */
  reads: readonly Operation[];
  /** Something of what was read, as it stands on the page. */
  row: string;
  /** Said when it is still on its way. */
  waits?: string;
}

/** States of every page that reads something. */
export function reading({ reads, row, waits = 'Loading' }: Reads) {
  return {
    ready: { says: [row] },
    loading: { bends: each(reads, () => never), says: [waits], hides: [row] },
    // The rows stay, and only a thin bar says that they are asked for again.
    reloading: { later: each(reads, () => never), says: [row], hides: [waits], shows: ['main > i[aria-hidden]'] },
    error: { bends: each(reads, () => failing), says: ['could not finish this', 'Request req_', 'Try again'], hides: [row] },
    refused: { bends: each(reads, () => refusing), says: ['may not read this', 'An admin of your organisation can give you another role.'], hides: [row] },
    'live-lost': { later: { '*': () => silence }, says: [row, 'Calibr does not answer', 'What you see is from', 'Look again now'] },
  } satisfies Record<string, Shown>;
}

interface Lists extends Reads {
  list: Operation;
  /** Of the sentence that says what the page is for. */
  empty: string;
  /** Address with filters, and them in words. */
  filtered: { path: string; words: string } | Not;
  /** How it is said that there is more. */
  more?: string;
  /** Only the bar says that it is asked for again: where that is every few seconds, rows that turned grey each time would flicker. */
  onlyBar?: true;
}

export type Page = { data: unknown[]; has_more: boolean; next_cursor?: string | null };

const noRows: Bend = (usual) => ({ ...(usual as Page), data: [], has_more: false });

/** The first page says that more follow, and they are on their way. */
const moreRows: Bend = (usual, { query }) => (query.has('cursor') ? never : { ...(usual as Page), has_more: true, next_cursor: 'next' });

/** States of every page that is a list. */
export function listing({ list, empty, filtered, more = 'Load more', onlyBar, ...reads }: Lists) {
  return {
    ...reading(reads),
    reloading: { ...reading(reads).reloading, shows: ['main > i[aria-hidden]', ...(onlyBar ? [] : ['[aria-busy=true]'])] },
    empty: { bends: each([list], noRows), says: [empty], hides: [reads.row] },
    'empty-filtered': 'not' in filtered ? filtered : { path: filtered.path, bends: each([list], noRows), says: [`match ${filtered.words}`, 'Clear filters'], hides: [reads.row] },
    'too-many': { bends: each([list], moreRows), says: [reads.row, more] },
  } satisfies Record<string, Shown | Not>;
}

/** Somebody was quicker: the act is refused, and the way on is to look again. */
export const overtaken = (code: string, detail: string) => problem(409, code, detail);

/** A viewer, to whom it is said who can help. */
export const viewer = (...says: string[]): Shown => ({ role: 'viewer', says });

/** Reasons that many screens share. */
export const why = {
  everybodyReads: not('Everybody who is signed in reads it, and there is nothing to do here.'),
  notAPlan: not('Nothing here is frozen, so nothing goes stale.'),
  nothingPartial: not('It is there or not; nothing of it can be done in part.'),
  nothingEdited: not('Nothing is edited here.'),
  notAList: not('It is one thing, not a list.'),
  noFilter: not('It has no filters.'),
} as const;
