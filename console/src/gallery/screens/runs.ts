// Runs: all of them, one that writes, and one that ended partly.
import { partial, RUN, WRITING } from '../world/changes';
import { silence } from '../canned';
import type { Screen } from '../states';
import { listing, not, overtaken, reading, viewer, why } from './kinds';

export const runs: Record<string, Screen> = {
  runs: {
    route: '/:project/runs',
    path: '/demo/runs',
    states: {
      ...listing({ reads: ['get /api/v1/runs'], list: 'get /api/v1/runs', row: 'Autumn sale', empty: 'Nothing has been applied yet.', filtered: why.noFilter }),
      'no-right': why.everybodyReads,
      stale: why.notAPlan,
      partial: { answers: { '/api/v1/runs': { get: { data: [partial], has_more: false } } }, says: ['Partly applied', 'Autumn sale'], hides: ['Writing'] },
      conflict: why.nothingEdited,
    },
  },
  run: {
    route: '/:project/runs/:runId',
    path: `/demo/runs/${WRITING}`,
    states: {
      ...reading({ reads: ['get /api/v1/runs/{id}'], row: 'Progress' }),
      empty: not('A run has at least one price.'),
      'empty-filtered': { path: `/demo/runs/${WRITING}?q=nothing`, answers: { '/api/v1/runs/{id}/targets': { get: { data: [], has_more: false } } }, says: ['No prices match text: nothing', 'Clear filters'] },
      'no-right': { ...viewer('Progress', 'You can read runs but not pause or stop them. Ask somebody with the role editor.'), hides: ['Pause…', 'Stop…'] },
      stale: why.notAPlan,
      partial: { path: `/demo/runs/${RUN}`, says: ['Partly applied', 'Retry 7 failed prices…', 'Roll back 79 written prices…', 'Download the results'] },
      'live-lost': { bends: { 'get /api/v1/runs/{id}/events': () => silence }, says: ['Not live. Last update', 'Reconnecting', 'Progress'] },
      'too-many': { bends: { 'get /api/v1/runs/{id}/targets': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more prices'] },
      conflict: {
        answers: { '/api/v1/runs/{id}/stop': { post: overtaken('run.settled', 'This run has ended, so it cannot be stopped.') } },
        act: async ({ press, type }) => {
          await press('Stop…');
          await type(/^Why/, 'Wrong shop.');
          await press('Stop the run');
        },
        says: ['This run has ended, so it cannot be stopped.', 'It was not stopped.', 'Load what it is now'],
      },
    },
  },
  'roll-back': {
    route: '/:project/runs/:runId/rollback',
    path: `/demo/runs/${RUN}/rollback`,
    states: {
      ...listing({ reads: ['get /api/v1/runs/{id}', 'get /api/v1/runs/{id}/rollback/prices'], list: 'get /api/v1/runs/{id}/rollback/prices', row: 'TE-001-MOSS', empty: 'Nothing that this run wrote is left to take back.', filtered: { path: `/demo/runs/${RUN}/rollback?state=changed`, words: 'state: changed since' } }),
      'no-right': { ...viewer('What will happen', 'You can read what would go back but not take it back. Ask somebody with the role editor.'), hides: ['Roll back 79 prices…'] },
      stale: why.notAPlan,
      partial: { answers: { '/api/v1/runs/{id}/rollback': { get: { prices: 77, changed: 2, unsure: 7, changed_since: [] } } }, says: ['77 prices go back', '2 were changed again since and are left out', '7 prices may or may not have been written', 'Roll back 77 prices…', 'Changed since', 'Unsure'] },
      conflict: {
        answers: { '/api/v1/runs/{id}/rollback': { get: { prices: 79, changed: 0, unsure: 7, changed_since: [] }, post: overtaken('run.not_applied', 'There is nothing to roll back. Nothing that this run wrote is left to take back.') } },
        act: async ({ press }) => {
          await press('Roll back 79 prices…');
          await press('Roll back 79 prices');
        },
        says: ['Nothing that this run wrote is left to take back.', 'No price was written.', 'Load what it is now'],
      },
    },
  },
};
