// One price change in its parts, each with its own address: its rows, one row with its trace, what guardrails stop, what is said of it,
// what was done to it, and what moved since.
import { never, problem, type Bend } from '../canned';
import type { Screen, Shown } from '../states';
import { VARIANT } from '../world/catalogue';
import { CHANGE, stale, waiting } from '../world/changes';
import { listing, not, reading, viewer, why, type Page } from './kinds';

const route = '/:project/price-changes/:priceChangeId';
const part = (tab: string, more = '') => `/demo/price-changes/${CHANGE}?tab=${tab}${more}`;

const ROWS = 'get /api/v1/price-changes/{id}/rows';
const MANY = 41_220;

const is = (change: typeof waiting) => ({ '/api/v1/price-changes/{id}': { get: change } });
const without = (counts: Partial<typeof waiting.impact.counts>) => is({ ...waiting, impact: { ...waiting.impact, counts: { ...waiting.impact.counts, ...counts } } });

/** The first page is there, and what follows cannot be read. */
const breaksOff: Bend = (usual, { query }) => (query.has('cursor') ? problem(500, 'internal', 'The rest could not be read.') : { ...(usual as Page), has_more: true, next_cursor: 'next' });

/** Of a plan that moved every part says so first. */
const moved = (path: string, row: string): Shown => ({ path, answers: is(stale), says: ['This plan is stale.', 'See what moved', 'Plan again…', row] });

const rowsOf = (tab: 'changes' | 'unchanged', row: string) => {
  const path = part(tab);
  const states = listing({ reads: [ROWS], list: ROWS, row, empty: '', filtered: { path: part(tab, '&q=kayak'), words: 'text: kayak' } });
  return {
    ...states,
    'empty-filtered': { ...states['empty-filtered'], answers: { '/api/v1/price-changes/{id}/rows/counts': { get: { total: 0, raise: 0, cut: 0, same: 0, blocked: 0, skipped: 0 } } } },
    'too-many': { ...states['too-many'], answers: without(tab === 'changes' ? { cut: MANY, raise: 0, blocked: 0 } : { same: MANY, skipped: 0 }), says: [row, '41,220 rows.', 'Narrow them with the filters above, or export all.', '41,220 in all'] },
    stale: moved(path, row),
    partial: { bends: { [ROWS]: breaksOff }, says: [row, 'The rest could not be read.', 'The rows below are from the last time it worked.', 'Try again'] },
  } satisfies Record<string, Shown | object>;
};

export const onePlan: Record<string, Screen> = {
  'price-change-changes': {
    route,
    path: part('changes'),
    heard: true,
    states: {
      ...rowsOf('changes', 'TE-001-MOSS'),
      empty: { answers: without({ raise: 0, cut: 0, blocked: 0 }), bends: { [ROWS]: (usual) => ({ ...(usual as Page), data: [] }) }, says: ['No price changes. The rules give the prices you already have, or select nothing.'], hides: ['TE-001-MOSS'] },
      'no-right': viewer('You can read these rows but not leave any of them out. Ask somebody with the role editor.'),
      conflict: not('To leave rows out makes another plan; this one stays as it is, whoever else does so too.'),
    },
  },
  'price-change-unchanged': {
    route,
    path: part('unchanged'),
    states: {
      ...rowsOf('unchanged', 'SO-014-BLUE'),
      empty: { answers: without({ same: 0, skipped: 0 }), bends: { [ROWS]: (usual) => ({ ...(usual as Page), data: [] }) }, says: ['Every variant that the rules select gets another price.'], hides: ['SO-014-BLUE'] },
      'no-right': why.everybodyReads,
      conflict: why.nothingEdited,
    },
  },
  'price-change-row': {
    route,
    path: part('changes', `&row=${VARIANT}`),
    heard: true,
    states: {
      ready: { says: ['How it came about', 'nearest, to 0.90 in each 1.00', 'Row 1 of 3 loaded'] },
      loading: { bends: { [ROWS]: (usual, { query }) => (query.has('variant_id') ? never : usual) }, says: ['Row of the plan', 'Loading', 'Row 1 of 3 loaded'], hides: ['How it came about'] },
      reloading: not('A row of a plan never changes, so it is not read again.'),
      empty: { path: part('changes', '&row=var_01m7zqyn9aeazr3gdc4fvnvf00'), says: ['This plan has no row for that variant.', 'Not among the rows loaded'] },
      'empty-filtered': { path: part('changes', `&q=kayak&row=${VARIANT}`), says: ['How it came about', 'Not among the rows loaded', 'match text: kayak'] },
      error: { bends: { [ROWS]: (usual, { query }) => (query.has('variant_id') ? problem(500, 'internal', 'The trace could not be read.') : usual) }, says: ['The trace could not be read.', 'Request req_', 'Try again', 'TE-001-SAND'] },
      refused: { bends: { [ROWS]: (usual, { query }) => (query.has('variant_id') ? problem(403, 'forbidden', 'Your role may not read this.') : usual) }, says: ['Your role may not read this.', 'An admin of your organisation can give you another role.'] },
      'no-right': why.everybodyReads,
      stale: moved(part('changes', `&row=${VARIANT}`), 'How it came about'),
      partial: { bends: { [ROWS]: (usual, { query }) => (query.has('variant_id') ? { ...(usual as Page), data: (usual as Page).data.map((row) => ({ ...(row as object), trace: null })) } : usual) }, says: ['This row has no trace.', 'Old price', 'Decided by'], hides: ['nearest, to 0.90'] },
      'live-lost': { later: { '*': () => problem(503, 'unavailable', 'The server is being restarted.') }, says: ['How it came about', 'The server is being restarted.'] },
      'too-many': not('A price comes about in a handful of steps.'),
      conflict: why.nothingEdited,
    },
  },
  'price-change-violations': {
    route,
    path: part('violations'),
    heard: true,
    states: {
      ...reading({ reads: ['get /api/v1/price-changes/{id}'], row: 'Worst' }),
      'empty-filtered': why.noFilter,
      empty: { answers: is({ ...waiting, verdicts: [], impact: { ...waiting.impact, guardrails: [] } }), says: ['No guardrail had anything to say of this plan.'], hides: ['Worst'] },
      'no-right': viewer('Worst', 'You can read what guardrails stop but not leave it out or ask for a waiver. Ask somebody with the role editor.'),
      stale: moved(part('violations'), 'Worst'),
      partial: { bends: { [ROWS]: () => problem(500, 'internal', 'The rows could not be read.') }, says: ['Worst', 'not known'] },
      'too-many': { answers: is({ ...waiting, impact: { ...waiting.impact, guardrails: [{ guardrail: 'below_cost', violated: MANY, near: 5, waived: 0 }] } }), says: ['41,220', 'See rows'] },
      conflict: {
        answers: { ...is({ ...waiting, impact: { ...waiting.impact, guardrails: [{ guardrail: 'maximum_move', violated: 2, near: 0, waived: 0 }] } }), '/api/v1/waivers': { post: problem(422, 'waiver.hard', '`maximum_move` is hard here and cannot be waived.') } },
        act: async ({ press, type }) => {
          await press(/^Request a waiver/);
          await type(/^Why/, 'Clearance of the last season.');
          await press('Request the waiver');
        },
        says: ['is hard here and cannot be waived.', 'Request the waiver'],
      },
    },
  },
  'price-change-discussion': {
    route,
    path: part('discussion'),
    heard: true,
    states: {
      ...listing({ reads: ['get /api/v1/price-changes/{id}/comments'], list: 'get /api/v1/price-changes/{id}/comments', row: 'Look at the tents.', empty: 'Nobody has said anything yet.', filtered: why.noFilter, more: 'Load more comments' }),
      'no-right': viewer('You can read the discussion but not take part in it. Ask somebody with the role editor.'),
      stale: moved(part('discussion'), 'Look at the tents.'),
      partial: {
        answers: { '/api/v1/price-changes/{id}/comments': { post: problem(422, 'comment.too_long', 'The text has more than 5000 characters.') } },
        act: async ({ press, type }) => {
          await type('Your comment', 'The tents are checked.');
          await press('Add the comment');
        },
        says: ['Look at the tents.', 'The text has more than 5000 characters.', 'The comment was not kept. What you wrote still stands here.'],
        shows: ['textarea'],
      },
      conflict: not('What one says takes nothing from what another says.'),
    },
  },
  'price-change-activity': {
    route,
    path: part('activity'),
    states: {
      ...listing({ reads: ['get /api/v1/price-changes/{id}/activity'], list: 'get /api/v1/price-changes/{id}/activity', row: 'planned the price change', empty: 'Nothing has happened yet.', filtered: why.noFilter, more: 'Load more acts' }),
      'no-right': why.everybodyReads,
      stale: moved(part('activity'), 'planned the price change'),
      partial: { bends: { 'get /api/v1/price-changes/{id}/activity': breaksOff }, act: async ({ press }) => press('Load more acts'), says: ['planned the price change', 'The rest could not be read.', 'Try again'] },
      conflict: why.nothingEdited,
    },
  },
  'price-change-moved': {
    route,
    path: part('moved'),
    heard: true,
    states: movedStates(),
  },
};

function movedStates(): Screen['states'] {
  const answers = is(stale);
  const both = ['get /api/v1/catalog/variants'] as const;
  const states = listing({ reads: both, list: ROWS, row: 'TE-001-MOSS', empty: 'Every price is still the one that was planned from.', filtered: why.noFilter });
  const ofStale = <S extends Shown>(state: S) => ({ ...state, answers });
  return {
    ...states,
    ready: ofStale({ says: ['TE-001-MOSS', 'Planned EUR', 'Now EUR', '3 of the planned prices moved'] }),
    loading: ofStale(states.loading),
    reloading: ofStale(states.reloading),
    error: ofStale(states.error),
    refused: ofStale(states.refused),
    'live-lost': ofStale(states['live-lost']),
    empty: ofStale({ ...states.empty, says: ['Every price is still the one that was planned from.', 'See the guardrails that hold now'] }),
    'no-right': { ...viewer('This plan is stale.', 'TE-001-MOSS', 'You can read price changes but not plan them again. Ask somebody with the role editor.'), answers, hides: ['Plan again…'] },
    stale: not('It is what makes a plan stale, price by price: see ready.'),
    partial: { answers: is({ ...stale, surface: 'retail-uk' }), says: ['These are prices of the list retail-uk', 'can be seen on the page of each variant'], hides: ['TE-001-MOSS'] },
    'too-many': { answers: is({ ...stale, rows_to_apply: MANY }), says: ['The first 10,000 of 41,220 planned prices were looked at.', 'TE-001-MOSS'] },
    conflict: why.nothingEdited,
  };
}
