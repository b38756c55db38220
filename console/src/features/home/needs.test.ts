import { expect, test } from 'vitest';
import type { Home } from './facts';
import { needsOf } from './needs';

const quiet: Home['needs_you'] = { approvals: [], approvals_count: 0, changes_asked: [], unfinished: [], unfinished_count: 0, drifts_open: 0, channels_down: [], dead_letters: 0, jobs_dead: 0 };
const steps = { has_channel: true, has_catalogue: true, has_rule: true, has_price_change: true, has_approval: true, has_applied: true, has_rolled_back: true, has_second_person: true };
const home = (needs: Partial<Home['needs_you']>): Home => ({ needs_you: { ...quiet, ...needs }, approved: [], runs_now: [], runs_of_week: [], first_steps: steps });
const change = { id: 'pch_1', title: 'Autumn', author: 'ed@x.test', planned_at: '2026-11-21T09:00:00Z', rows_blocked: 0, rows_to_apply: 2, state: 'pending_approval' };
const run = { id: 'run_1', price_change_id: 'pch_2', kind: 'apply', state: 'partially_applied', title: 'Winter', total: 9, actor: 'ed@x.test', created_at: '2026-11-21T09:00:00Z' };

test('nothing waits when nothing does', () => {
  expect(needsOf(home({}), 'demo')).toEqual([]);
});

test('what is broken stands above what is asked', () => {
  const needs = needsOf(home({ approvals: [change], approvals_count: 1, unfinished: [run], unfinished_count: 1, drifts_open: 1 }), 'demo');
  expect(needs.map((need) => need.says)).toEqual(['“Winter” was only partly applied.', '“Autumn” waits for your approval.', '1 price in a shop is not what Calibr holds.']);
  expect(needs[1]).toMatchObject({ to: '/demo/price-changes/pch_1', more: '2 prices, planned by ed@x.test' });
});

test('those beyond the ten that are listed are counted', () => {
  const needs = needsOf(home({ approvals: [change], approvals_count: 13 }), 'demo');
  expect(needs[1]?.says).toBe('12 more price changes wait for your approval.');
});
