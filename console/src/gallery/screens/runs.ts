// Runs: all of them, one that writes, and one that ended partly.
import { RUN, WRITING } from '../world/changes';
import { silence } from '../canned';
import type { Screen } from '../states';
import { listing, not, reading, why } from './kinds';

export const runs: Record<string, Screen> = {
  runs: {
    route: '/:project/runs',
    path: '/demo/runs',
    states: {
      ...listing({ reads: ['get /api/v1/runs'], list: 'get /api/v1/runs', row: 'Autumn sale', empty: 'Nothing has been applied yet.', filtered: why.noFilter }),
      'no-right': why.everybodyReads,
      stale: why.notAPlan,
      partial: { says: ['Partly applied'] },
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
      'no-right': { role: 'viewer', says: ['Progress'], hides: ['Pause', 'Stop'] },
      stale: why.notAPlan,
      partial: { path: `/demo/runs/${RUN}`, says: ['Partly applied', 'Retry 7 failed prices…', 'Roll back 79 written prices…', 'Download the results'] },
      'live-lost': { bends: { 'get /api/v1/runs/{id}/events': () => silence }, says: ['Not live. Last update', 'Reconnecting', 'Progress'] },
      'too-many': { bends: { 'get /api/v1/runs/{id}/targets': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more prices'] },
      conflict: why.nothingEdited,
    },
  },
};
