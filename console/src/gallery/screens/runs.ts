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
};
