// Three price changes in different states, the rows of one, and the runs that wrote them.
import type { Schemas } from '../../api/client';
import { CHANNEL, eur, TRACE, VARIANT } from './catalogue';
import { APPROVER, EARLIER, EDITOR, MINUTES_AGO } from './people';
import { impact, rules, verdicts } from './rules';

export const CHANGE = 'pch_01m7zr3pehe4jb7tt88gf6jqe4';
export const APPLIED = 'pch_01m7zr3mk4eg5sp39ksxkd50qq';
export const SCHEDULED = 'pch_01m7zr3ma1e3v8k2d5w9x7c4tq';
export const RUN = 'run_01m7zr3n1ge95s535sr5y1yc2r';
export const WRITING = 'run_01m7zr3n1ge95s535sr5y1yc3s';

/** When the scheduled one starts: 09:00 in Paris. */
const STARTS_AT = '2026-11-27T08:00:00Z';

export const summaries: Schemas['PriceChangeSummary'][] = [
  { id: CHANGE, title: 'Black-week ladder', state: 'pending_approval', planned_at: MINUTES_AGO, author: EDITOR, rows_to_apply: 86, rows_blocked: 2 },
  { id: SCHEDULED, title: 'Winter opening', state: 'scheduled', planned_at: EARLIER, author: EDITOR, rows_to_apply: 40, rows_blocked: 0, starts_at: STARTS_AT },
  { id: APPLIED, title: 'Autumn sale', state: 'partially_applied', planned_at: EARLIER, author: EDITOR, rows_to_apply: 88, rows_blocked: 0 },
];

export const waiting: Schemas['PriceChange'] = {
  id: CHANGE,
  title: 'Black-week ladder',
  note: 'Agreed with the buyers.',
  state: 'pending_approval',
  plan_hash: '62d6e81132b2007770ab603e79d2fc3d62f9a0391f112750b027835aff06ae1f',
  currency: 'EUR',
  planned_at: MINUTES_AGO,
  author: EDITOR,
  request: { rules: [rules[0]!.id], at: null, ends: [], exclude: [] },
  rules: [{ rule_id: rules[0]!.id, name: 'autumn-sale', version: 4, content_hash: rules[0]!.content_hash }],
  impact,
  verdicts,
  rows_to_apply: 86,
  decisions: [],
  checks: [
    { code: 'fresh', status: 'pass', detail: 'No planned price moved since this was planned.' },
    { code: 'rows', status: 'pass', detail: '86 prices will be written.' },
    { code: 'violations', status: 'warn', detail: '2 prices break a guardrail and will not be written.' },
    { code: 'approvals', status: 'wait', detail: 'Waits for the approval of somebody other than its author.' },
    { code: 'channel.busy', status: 'wait', detail: 'Another run is writing to the shop. Wait until it has ended.' },
  ],
  allowed: ['request_review', 'export'],
  runs: [],
  review_requested: null,
  changes_asked: null,
};

export const stale: Schemas['PriceChange'] = {
  ...waiting,
  checks: [{ code: 'fresh', status: 'block', detail: '3 of the planned prices moved since this was planned.' }, ...waiting.checks.slice(1)],
};

export const scheduled: Schemas['PriceChange'] = {
  ...waiting,
  id: SCHEDULED,
  title: 'Winter opening',
  state: 'scheduled',
  rows_to_apply: 40,
  decisions: [{ decision: 'approved', actor: APPROVER, decided_at: EARLIER, comment: null }],
  checks: [
    { code: 'fresh', status: 'pass', detail: 'No planned price moved since this was planned.' },
    { code: 'approvals', status: 'pass', detail: 'Approved by somebody other than its author.' },
  ],
  allowed: ['unschedule'],
  scheduled: { starts_at: STARTS_AT, local: '2026-11-27T09:00', time_zone: 'Europe/Paris', canary: { percent: 5, variants: [], wait: '10m' }, scheduled_by: EDITOR, scheduled_at: MINUTES_AGO },
};

export const applied: Schemas['PriceChange'] = {
  ...waiting,
  id: APPLIED,
  title: 'Autumn sale',
  state: 'partially_applied',
  planned_at: EARLIER,
  decisions: [{ decision: 'approved', actor: APPROVER, decided_at: EARLIER, comment: 'Go.' }],
  checks: [{ code: 'outcome', status: 'warn', detail: 'Some of its prices are in the shop, and some are not.' }],
  allowed: ['roll_back', 'retry_failed', 'export'],
  runs: [{ id: RUN, kind: 'apply', state: 'partially_applied' }],
};

export const rows: Schemas['PriceChangeRow'][] = [
  { row: 1, variant_id: VARIANT, sku: 'TE-001-MOSS', title: 'Kar 1 Trekking Tent – Moss', outcome: 'cut', before: eur('289.90'), after: eur('254.90'), compare_at_before: null, compare_at_after: eur('289.90'), change_pct: '-12.07', margin_pct: '45.41', rule: 'autumn-sale v4', reason: null, violated: [], near: [], waived: [], prior_price: null, trace: TRACE },
  { row: 2, variant_id: 'var_01m7zqyn9aeazr3gdc4jcy1hjv', sku: 'TE-001-SAND', title: 'Kar 1 Trekking Tent – Sand', outcome: 'raise', before: eur('249.90'), after: eur('254.90'), compare_at_before: null, compare_at_after: null, change_pct: '2.00', margin_pct: '45.41', rule: 'autumn-sale v4', reason: null, violated: [], near: ['below_cost'], waived: [], prior_price: null, trace: TRACE },
  { row: 3, variant_id: 'var_01m7zqyn9aeazr3gdcc9ymds9m', sku: 'BA-025-1530', title: 'Pack Rain Cover – 15-30 l', outcome: 'blocked', before: eur('19.90'), after: eur('17.90'), compare_at_before: null, compare_at_after: null, change_pct: '-10.05', margin_pct: '-4.88', rule: 'autumn-sale v4', reason: 'blocked.below_cost', violated: ['below_cost'], near: [], waived: [], prior_price: null, trace: TRACE },
  { row: 4, variant_id: 'var_01m7zqyn9aeazr3gdcc9yq0d2m', sku: 'SO-014-BLUE', title: 'Merino Hiking Socks – Blue', outcome: 'same', before: eur('16.90'), after: eur('16.90'), compare_at_before: null, compare_at_after: null, change_pct: '0.00', margin_pct: '38.20', rule: 'autumn-sale v4', reason: null, violated: [], near: [], waived: [], prior_price: null, trace: TRACE },
];

/** As of a plan of 41,222 rows: most fall by about an eighth, and some of the cheap ones are stopped below cost. */
export const margins: Schemas['MarginSpread'] = {
  cells: [-45, -30, -20, -15, -10, -5, 0, 5].flatMap((change, column) =>
    [-15, -5, 0, 10, 15, 20, 25, 30, 35, 40, 45, 55].map((margin, line) => {
      const all = Math.round(9_000 / (1 + (column - 3) ** 4 + (line - 7) ** 2));
      const blocked = margin < 0 ? all : 0;
      return { change_from_pct: `${change}`, change_to_pct: `${change + 5}`, margin_from_pct: `${margin}`, margin_to_pct: `${margin + 5}`, rows: all - blocked, blocked };
    }),
  ).filter(({ rows, blocked }) => rows + blocked > 2),
  beyond: 0,
  without: 12,
};

export const comments: Schemas['Comment'][] = [{ id: 'cmt_01m7zr3mtcedja09cfk23g87pk', kind: 'comment', author: APPROVER, body: 'Look at the tents.', created_at: MINUTES_AGO }];

const counts = { queued: 0, applying: 0, applied: 0, failed: 0, conflict: 0, skipped: 0, rolled_back: 0, verified: 0 };

export const partial: Schemas['Run'] = {
  id: RUN,
  kind: 'apply',
  state: 'partially_applied',
  stage: 'all',
  price_change_id: APPLIED,
  title: 'Autumn sale',
  channel: 'nordlys.myshopify.com',
  channel_id: CHANNEL,
  in_bulk: false,
  total: 88,
  counts: { ...counts, applied: 79, failed: 7, conflict: 2, verified: 79 },
  actor: EDITOR,
  created_at: EARLIER,
  finished_at: '2026-11-20T15:34:00Z',
  settled: true,
};

export const whole: Schemas['Run'] = { ...partial, state: 'applied', counts: { ...counts, applied: 88, verified: 88 } };

export const writing: Schemas['Run'] = { ...partial, id: WRITING, state: 'applying', counts: { ...counts, applied: 40, applying: 8, queued: 40, verified: 32 }, created_at: MINUTES_AGO, finished_at: null, settled: false };

export const targets: Schemas['Target'][] = [
  { id: 'tgt_01m7zr3n2bem283fs5dq6x5cpa', variant_id: VARIANT, sku: 'TE-001-MOSS', title: 'Kar 1 Trekking Tent – Moss', state: 'applied', before: eur('289.90'), after: eur('254.90'), compare_at_before: null, compare_at_after: eur('289.90'), observed: eur('254.90'), compare_at_observed: eur('289.90'), reason_code: null, reason: null, attempts: 1, settled_at: EARLIER, verified: true },
  { id: 'tgt_01m7zr3n2ce84abmyd7rmfwtft', variant_id: 'var_01m7zqyn9aeazr3gdc4jcy1hjv', sku: 'TE-001-SAND', title: 'Kar 1 Trekking Tent – Sand', state: 'conflict', before: eur('289.90'), after: eur('254.90'), compare_at_before: null, compare_at_after: eur('289.90'), observed: eur('259.00'), compare_at_observed: null, reason_code: 'conflict.price_moved', reason: 'Somebody changed the price in the shop; nothing was written.', attempts: 1, settled_at: EARLIER, verified: false },
];

export const takenBack: Schemas['TakenBack'][] = [
  { variant_id: VARIANT, sku: 'TE-001-MOSS', title: 'Kar 1 Trekking Tent – Moss', state: 'goes_back', written: eur('254.90'), now: eur('254.90'), back_to: eur('289.90'), compare_at_back_to: null },
  { variant_id: 'var_01m7zqyn9aeazr3gdc4jcy1hjv', sku: 'TE-001-SAND', title: 'Kar 1 Trekking Tent – Sand', state: 'changed', written: eur('254.90'), now: eur('259.00'), back_to: eur('289.90'), compare_at_back_to: eur('299.90') },
  { variant_id: 'var_01m7zqyn9aeazr3gdc4jcy1hjw', sku: 'TE-002-SAND', title: 'Kar 2 Trekking Tent – Sand', state: 'unsure', written: eur('354.90'), now: eur('389.90'), back_to: eur('389.90'), compare_at_back_to: eur('399.90') },
];

export const reasons: Schemas['Reason'][] = [
  { state: 'failed', reason_code: 'shop.refused', reason: 'The shop refused the price: compare-at must be higher.', count: 7 },
  { state: 'conflict', reason_code: 'conflict.price_moved', reason: 'Somebody changed the price in the shop; nothing was written.', count: 2 },
];

const asHomeRun = (run: Schemas['Run']): Schemas['HomeRun'] => ({ id: run.id, kind: run.kind, state: run.state, price_change_id: run.price_change_id, title: run.title, total: run.total, actor: run.actor, created_at: run.created_at, ...(run.finished_at ? { finished_at: run.finished_at } : { settled: 40 }) });

export const home: Schemas['Home'] = {
  needs_you: { approvals: [summaries[0]!], approvals_count: 1, changes_asked: [], unfinished: [asHomeRun(partial)], unfinished_count: 1, drifts_open: 2, channels_down: [], dead_letters: 1, jobs_dead: 0 },
  runs_now: [asHomeRun(writing)],
  runs_of_week: [asHomeRun(partial)],
  first_steps: { has_channel: true, has_catalogue: true, has_rule: true, has_price_change: true, has_approval: true, has_applied: true, has_rolled_back: false, has_second_person: true },
};
