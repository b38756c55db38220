// What goes on behind the prices: the log and who follows it, jobs, webhooks, the audit.
import { problem } from '../canned';
import type { Screen } from '../states';
import { WEBHOOK } from '../world/background';
import { listing, not, reading, viewer, why } from './kinds';

const unread = why.notAPlan;

export const background: Record<string, Screen> = {
  audit: {
    route: '/:project/audit',
    path: '/demo/audit',
    states: {
      ...listing({ reads: ['get /api/v1/audit'], list: 'get /api/v1/audit', row: 'webhook_endpoint.created', empty: 'Nothing has been changed yet.', filtered: { path: '/demo/audit?actor=nobody', words: 'who: nobody' } }),
      'no-right': why.everybodyReads,
      stale: unread,
      partial: {
        answers: { '/api/v1/audit/verify': { post: { intact: false, sealed: 123, waiting: 0, seals: 2, head: '6168', head_known: null, broken: { code: 'audit.altered', detail: 'Record 97 was altered after it was sealed.', seal: 2 }, segments: [] } } },
        act: async ({ press }) => press('Verify now'),
        says: ['Record 97 was altered after it was sealed.', 'webhook_endpoint.created'],
      },
      conflict: why.nothingEdited,
    },
  },
  events: {
    route: '/:project/events',
    path: '/demo/events',
    states: {
      ...listing({ reads: ['get /api/v1/events'], list: 'get /api/v1/events', row: 'webhook_endpoint.created', empty: 'Nothing has happened yet.', filtered: { path: '/demo/events?type=run.finished', words: 'type: run.finished' } }),
      'no-right': why.everybodyReads,
      stale: unread,
      partial: why.nothingPartial,
      conflict: why.nothingEdited,
    },
  },
  consumers: {
    route: '/:project/events/consumers',
    path: '/demo/events/consumers',
    states: {
      ...reading({ reads: ['get /api/v1/events/consumers'], row: 'webhooks' }),
      empty: not('Calibr itself has consumers.'),
      'empty-filtered': why.noFilter,
      'no-right': viewer('You can read how consumers fare but not replay events. Ask somebody with the role admin.'),
      stale: unread,
      partial: { says: ['12', 'https://hooks.example answered 500'] },
      'too-many': not('There are a handful of them.'),
      conflict: why.nothingEdited,
    },
  },
  'dead-letters': {
    route: '/:project/events/dead-letters',
    path: '/demo/events/dead-letters',
    states: {
      ...listing({ reads: ['get /api/v1/dlq'], list: 'get /api/v1/dlq', row: 'answered 500', empty: 'Every event was delivered.', filtered: { path: '/demo/events/dead-letters?consumer=audit', words: 'consumer: audit' } }),
      'no-right': viewer('You can read dead letters but not retry or drop them. Ask somebody with the role admin.'),
      stale: unread,
      partial: why.nothingPartial,
      conflict: not('Of two decisions about one letter the second is refused in its dialog.'),
    },
  },
  replays: {
    route: '/:project/events/replays',
    path: '/demo/events/replays',
    states: {
      ...listing({ reads: ['get /api/v1/events/replays'], list: 'get /api/v1/events/replays', row: '1 to 127', empty: 'Nothing was replayed yet.', filtered: why.noFilter }),
      'no-right': viewer('You can read replays but not ask for one. Ask somebody with the role admin.'),
      stale: unread,
      partial: { says: ['Under way', '90'] },
      conflict: why.nothingEdited,
    },
  },
  jobs: {
    route: '/:project/jobs',
    path: '/demo/jobs',
    states: {
      ...listing({ reads: ['get /api/v1/jobs'], list: 'get /api/v1/jobs', row: 'drifts.sweep', empty: 'There is nothing to do in the background', filtered: { path: '/demo/jobs?kind=runs.apply_batch', words: 'kind: runs.apply_batch' } }),
      'no-right': viewer('You can read jobs but not retry or cancel them. Ask somebody with the role admin.'),
      stale: unread,
      partial: { says: ['https://hooks.example answered 500'] },
      conflict: not('Of two acts on one job the second is refused beside it.'),
    },
  },
  schedules: {
    route: '/:project/jobs/schedules',
    path: '/demo/jobs/schedules',
    states: {
      ...listing({ reads: ['get /api/v1/schedules'], list: 'get /api/v1/schedules', row: 'runs.sweep', empty: 'Nothing is scheduled.', filtered: why.noFilter }),
      'no-right': why.everybodyReads,
      stale: unread,
      partial: why.nothingPartial,
      conflict: why.nothingEdited,
    },
  },
  webhooks: {
    route: '/:project/webhooks',
    path: '/demo/webhooks',
    states: {
      ...listing({ reads: ['get /api/v1/webhooks'], list: 'get /api/v1/webhooks', row: 'https://hooks.example/calibr', empty: 'No address gets events yet.', filtered: why.noFilter }),
      'no-right': viewer('You can read webhooks but not add one. Ask somebody with the role admin.'),
      stale: unread,
      partial: why.nothingPartial,
      conflict: why.nothingEdited,
    },
  },
  webhook: {
    route: '/:project/webhooks/:webhookId',
    path: `/demo/webhooks/${WEBHOOK}`,
    states: {
      ...reading({ reads: ['get /api/v1/webhooks'], row: 'What it gets' }),
      empty: { answers: { '/api/v1/webhooks/{id}/deliveries': { get: { data: [], has_more: false } } }, says: ['Nothing was sent yet.'] },
      'empty-filtered': { path: `/demo/webhooks/${WEBHOOK}?state=failed`, answers: { '/api/v1/webhooks/{id}/deliveries': { get: { data: [], has_more: false } } }, says: ['No deliveries match', 'Clear filters'] },
      'no-right': viewer('You can read webhooks but not change them. Ask somebody with the role admin.'),
      stale: unread,
      partial: { bends: { 'get /api/v1/webhooks/{id}/deliveries': () => problem(500, 'internal', 'The deliveries could not be read.') }, says: ['The deliveries could not be read.', 'What it gets'] },
      'too-many': { bends: { 'get /api/v1/webhooks/{id}/deliveries': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more deliveries'] },
      conflict: why.nothingEdited,
    },
  },
};
