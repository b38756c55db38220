// What goes on behind the pages: the log, deliveries, jobs, the audit.
import type { Schemas } from '../../api/client';
import { CHANGE } from './changes';
import { EARLIER, EDITOR, MINUTES_AGO } from './people';

const REQUEST = 'req_01m7zr3pn1ec19424fsnbd4bfe';
const CORRELATION = 'cor_01m7zr3pn2ex1sewmy1jbpxgnv';
export const WEBHOOK = 'whk_01m7zr3pn8eb2s46q05errrc7g';

export const events: Schemas['Event'][] = [
  { id: 'evt_01m7zr3pntejw8pnmqdnhtev2w', position: 128, type: 'price_change.planned', entity_type: 'price_change', entity_id: CHANGE, occurred_at: MINUTES_AGO, actor: EDITOR, request_id: REQUEST, correlation_id: CORRELATION, payload: { state: 'pending_approval', title: 'Black-week ladder' } },
  { id: 'evt_01m7zr3pntejw8pnmqdnhtev1w', position: 127, type: 'webhook_endpoint.created', entity_type: 'webhook_endpoint', entity_id: WEBHOOK, occurred_at: EARLIER, actor: EDITOR, request_id: REQUEST, correlation_id: CORRELATION, payload: { state: 'enabled', url: 'https://hooks.example/calibr' } },
];

export const consumers: Schemas['Consumer'][] = [
  { name: 'audit', behind: 0, age_s: 0, retrying: 0, dead: 0, per_minute: 45, last_error: null, last_delivery_at: MINUTES_AGO },
  { name: 'webhooks', behind: 12, age_s: 95, retrying: 2, dead: 1, per_minute: 3, last_error: 'https://hooks.example answered 500', last_delivery_at: MINUTES_AGO },
];

export const deadLetters: Schemas['DeadLetter'][] = [
  { id: 'dlt_01m7zr3pntejw8pnmqdnhtev2w', consumer: 'webhooks', event_id: events[0]!.id, position: 128, type: 'price_change.planned', entity_type: 'price_change', entity_id: CHANGE, reason: 'https://hooks.example answered 500', attempts: 12, died_at: MINUTES_AGO, state: 'dead' },
];

export const replays: Schemas['Replay'][] = [{ id: 'rpl_01m7zr3pntejw8pnmqdnhtev2w', consumer: 'webhooks', from_position: 1, to_position: 127, delivered: 90, requested_by: EDITOR, created_at: MINUTES_AGO, finished_at: null }];

const job = { priority: 'normal', payload: {}, run_at: MINUTES_AGO, attempts: 1, lease_until: null, limit_key: null, last_error: null, correlation_id: CORRELATION, created_at: MINUTES_AGO, finished_at: null };

export const jobs: Schemas['Job'][] = [
  { ...job, id: 'job_01m7zr3pywex4aznwa22p7rmk7', kind: 'webhooks.deliver', state: 'queued', run_at: '2026-11-21T12:05:00Z', attempts: 2, last_error: 'https://hooks.example answered 500' },
  { ...job, id: 'job_01m7zr3p75emy8rrfa6ejsfr9d', kind: 'drifts.sweep', state: 'done', priority: 'background', finished_at: MINUTES_AGO },
  { ...job, id: 'job_01m7zr3p75emy8rrfa6ejsfr8d', kind: 'webhooks.deliver', state: 'dead', attempts: 12, last_error: 'https://hooks.example answered 500', finished_at: MINUTES_AGO },
];

export const schedules: Schemas['Schedule'][] = [{ name: 'runs.sweep/prj_01m7zqyn0zehbtq29xp8c4k8cx', kind: 'runs.sweep', cron: '17 4 * * *', zone: 'Europe/Berlin', next_at: '2026-11-22T03:17:00Z', last_at: null }];

export const webhooks: Schemas['Webhook'][] = [{ id: WEBHOOK, url: 'https://hooks.example/calibr', description: 'Warehouse', event_types: [], state: 'enabled', reason: null, failing_since: MINUTES_AGO, created_by: EDITOR, created_at: EARLIER }];

export const deliveries: Schemas['WebhookDelivery'][] = [
  { id: 'whd_01m7zr3pyneyev6vrk223n8yzt', webhook_id: WEBHOOK, event_id: events[0]!.id, type: 'price_change.planned', state: 'pending', attempts: 2, created_at: MINUTES_AGO, next_at: '2026-11-21T12:05:00Z', ended_at: null, last_status: 500, last_error: 'https://hooks.example answered 500', note: null },
];

const record = { before: null, reason: null, request_id: REQUEST, correlation_id: CORRELATION };

export const records: Schemas['AuditRecord'][] = [
  { ...record, id: 'aud_01m7zr3pnre3krds7b9rt60hqk', recorded_at: MINUTES_AGO, actor: EDITOR, action: 'price_change.planned', entity_type: 'price_change', entity_id: CHANGE, after: { state: 'pending_approval', title: 'Black-week ladder' } },
  { ...record, id: 'aud_01m7zr3pnre3krds7b9rt60hqj', recorded_at: EARLIER, actor: EDITOR, action: 'webhook_endpoint.created', entity_type: 'webhook_endpoint', entity_id: WEBHOOK, after: { state: 'enabled', url: 'https://hooks.example/calibr' } },
];

export const chain: Schemas['AuditVerification'] = {
  intact: true,
  sealed: 123,
  waiting: 0,
  seals: 2,
  head: '6168b8e99cad20529c81fb46fc410ceced2a2a11838745a63b5a8738dcfb5f75',
  sealed_at: MINUTES_AGO,
  head_known: null,
  broken: null,
  segments: [{ first_seal: 1, last_seal: 2, records: 123, sealed_at: MINUTES_AGO, intact: true }],
};
