// What goes on behind the prices: the log and who follows it, jobs, webhooks, the audit.
import { problem } from '../canned';
import type { Screen } from '../states';
import { consumers, jobs, replays, WEBHOOK } from '../world/background';
import { listing, not, overtaken, reading, viewer, why } from './kinds';

const unread = why.notAPlan;

export const background: Record<string, Screen> = {
  audit: {
    route: '/:project/audit',
    path: '/demo/audit',
    heard: true,
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
      ready: { role: 'admin', answers: { '/api/v1/events/consumers': { get: { data: [consumers[0]!], has_more: false } } }, says: ['audit', 'Replay a span…'] },
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
      ready: { role: 'admin', says: ['answered 500', 'Drop…'] },
      'no-right': viewer('You can read dead letters but not retry or drop them. Ask somebody with the role admin.'),
      stale: unread,
      partial: why.nothingPartial,
      conflict: {
        role: 'admin',
        answers: { '/api/v1/dlq/{id}/drop': { post: overtaken('dead_letter.settled', 'This was retried and delivered at 2026-11-21T11:58:00Z; nothing is left to do.') } },
        act: async ({ press, type }) => {
          await press(/^Drop…/);
          await type('Why', 'The receiver is gone.');
          await press('Drop it for good');
        },
        says: ['This was retried and delivered', 'It was not dropped. Your note is kept.', 'Load what it is now'],
      },
    },
  },
  replays: {
    route: '/:project/events/replays',
    path: '/demo/events/replays',
    states: {
      ...listing({ reads: ['get /api/v1/events/replays'], list: 'get /api/v1/events/replays', onlyBar: true, row: '1 to 127', empty: 'Nothing was replayed yet.', filtered: why.noFilter }),
      ready: { role: 'admin', answers: { '/api/v1/events/replays': { get: { data: [{ ...replays[0]!, delivered: 127, finished_at: '2026-11-21T11:55:00Z' }], has_more: false } } }, says: ['1 to 127', 'Replay a span…'] },
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
      ...listing({ reads: ['get /api/v1/jobs'], list: 'get /api/v1/jobs', onlyBar: true, row: 'drifts.sweep', empty: 'There is nothing to do in the background', filtered: { path: '/demo/jobs?kind=runs.apply_batch', words: 'kind: runs.apply_batch' } }),
      ready: { role: 'admin', says: ['drifts.sweep', 'Cancel…'] },
      'no-right': viewer('You can read jobs but not retry or cancel them. Ask somebody with the role admin.'),
      stale: unread,
      partial: { answers: { '/api/v1/jobs': { get: { data: [jobs[2]!], has_more: false } } }, says: ['https://hooks.example answered 500', '12'], hides: ['drifts.sweep'] },
      conflict: {
        role: 'admin',
        answers: { '/api/v1/jobs': { get: { data: [jobs[0]!], has_more: false } }, '/api/v1/jobs/{id}/cancel': { post: overtaken('job.ended', 'This job is done, so there is nothing to cancel.') } },
        act: async ({ press }) => {
          await press(/^Cancel…/);
          await press('Cancel the job');
        },
        says: ['This job is done, so there is nothing to cancel.', 'The job was not cancelled.', 'Load what it is now'],
      },
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
      ready: { role: 'admin', says: ['https://hooks.example/calibr', 'Add a webhook…'] },
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
      ready: { role: 'admin', says: ['What it gets', 'Switch off…'] },
      'no-right': viewer('You can read webhooks but not change them. Ask somebody with the role admin.'),
      stale: unread,
      partial: { bends: { 'get /api/v1/webhooks/{id}/deliveries': () => problem(500, 'internal', 'The deliveries could not be read.') }, says: ['The deliveries could not be read.', 'What it gets'] },
      'too-many': { bends: { 'get /api/v1/webhooks/{id}/deliveries': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more deliveries'] },
      conflict: {
        role: 'admin',
        answers: { '/api/v1/webhooks/{id}/disable': { post: problem(404, 'not_found', `There is no webhook \`${WEBHOOK}\`.`) } },
        act: async ({ press }) => {
          await press('Switch off…');
          await press('Switch off');
        },
        says: ['There is no webhook', 'Nothing was changed.', 'Load what it is now'],
      },
    },
  },
};
