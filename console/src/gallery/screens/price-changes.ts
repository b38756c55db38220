// Price changes: all of them, one in its parts, and the making of one.
import { problem } from '../canned';
import { applied, APPLIED, CHANGE, stale, summaries, waiting } from '../world/changes';
import type { Screen } from '../states';
import { listing, not, reading, viewer, why } from './kinds';

const asked = {
  reads: ['get /api/v1/price-changes'],
  list: 'get /api/v1/price-changes',
  row: 'Black-week ladder',
  empty: 'Nothing waits for you.',
  filtered: why.noFilter,
} as const;

export const priceChanges: Record<string, Screen> = {
  approvals: {
    route: '/:project/approvals',
    path: '/demo/approvals',
    heard: true,
    states: {
      ...listing(asked),
      ready: { role: 'approver', says: ['Black-week ladder', 'Waits for you'] },
      empty: { ...listing(asked).empty, role: 'approver' },
      'no-right': viewer('You can read price changes but not approve them. Ask somebody with the role approver.'),
      stale: not('A stale plan waits for nobody; it says so on its own page.'),
      partial: { role: 'approver', bends: { 'get /api/v1/price-changes/{id}': () => problem(500, 'internal', 'The plan could not be read.') }, says: ['Black-week ladder', 'It could not be read. Open it to try again.'], hides: ['Approve…'] },
      conflict: not('The dialog of each act says it, as on the page of the price change.'),
    },
  },
  'price-changes': {
    route: '/:project/price-changes',
    path: '/demo/price-changes',
    heard: true,
    states: {
      ...listing({
        reads: ['get /api/v1/price-changes'],
        list: 'get /api/v1/price-changes',
        row: 'Autumn sale',
        empty: 'A price change shows what rules would do to every price before anything is written.',
        filtered: { path: '/demo/price-changes?state=rejected', words: 'state: Declined' },
      }),
      'no-right': viewer('You can read price changes but not plan them. Ask somebody with the role editor.'),
      stale: not('The list says the state of each; a stale one says so on its own page.'),
      partial: { answers: { '/api/v1/price-changes': { get: { data: [summaries[2]!], has_more: false } } }, says: ['Partly applied', 'Autumn sale'], hides: ['Black-week ladder'] },
      conflict: why.nothingEdited,
    },
  },
  'price-change': {
    route: '/:project/price-changes/:priceChangeId',
    path: `/demo/price-changes/${CHANGE}`,
    states: {
      ...reading({ reads: ['get /api/v1/price-changes/{id}'], row: 'Can this be applied?' }),
      empty: {
        answers: { '/api/v1/price-changes/{id}': { get: { ...waiting, state: 'planned', rows_to_apply: 0, allowed: [], impact: { ...waiting.impact, counts: { raise: 0, cut: 0, same: 86, blocked: 0, skipped: 0, not_selected: 220 }, histogram: [], prices: [], guardrails: [], median_change_pct: null, largest_change_pct: null } } } },
        says: ['No price changes. The rules give the prices you already have.'],
      },
      'empty-filtered': why.noFilter,
      'no-right': { ...viewer('You can read price changes but not approve them. Ask somebody with the role approver.'), answers: { '/api/v1/price-changes/{id}': { get: { ...waiting, allowed: [] } } } },
      stale: { answers: { '/api/v1/price-changes/{id}': { get: stale } }, says: ['This plan is stale.', '3 of the planned prices moved', 'Plan again'] },
      partial: { path: `/demo/price-changes/${APPLIED}`, answers: { '/api/v1/price-changes/{id}': { get: applied } }, says: ['Partly applied', 'Roll back…'] },
      'too-many': {
        answers: { '/api/v1/price-changes/{id}': { get: { ...waiting, rows_to_apply: 41_220, impact: { ...waiting.impact, counts: { ...waiting.impact.counts, cut: 41_216 } } } } },
        act: ({ press }) => press('Draw the margins'),
        says: ['Counted are 41,222 rows where they lie together; the largest mark stands for 9,000 rows'],
        hides: ['Draw the margins'],
      },
      conflict: {
        role: 'approver',
        answers: { '/api/v1/price-changes/{id}': { get: { ...waiting, allowed: ['approve', 'reject', 'ask_for_changes'] } }, '/api/v1/price-changes/{id}/approve': { post: problem(412, 'price_change.plan_hash', 'This is not the plan that you looked at: it was planned again.') } },
        act: async ({ press }) => {
          await press('Approve 86 prices…');
          await press('Approve 86 prices');
        },
        says: ['it was planned again', 'The plan was not approved.', 'Load what it is now'],
      },
    },
  },
  'price-change-new': {
    route: '/:project/price-changes/new',
    path: '/demo/price-changes/new',
    states: {
      ...listing({ reads: ['get /api/v1/rules'], list: 'get /api/v1/rules', row: 'clear-packs', onlyBar: true, empty: 'There are no rules yet, so there is nothing to plan.', filtered: why.noFilter }),
      'no-right': viewer('You can read price changes but not plan them. Ask somebody with the role editor.'),
      stale: not('What is planned here is computed from the prices of now.'),
      partial: why.nothingPartial,
      conflict: why.nothingEdited,
    },
  },
};
