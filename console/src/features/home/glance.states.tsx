import type { States } from '../../gallery/states';
import type { Home } from './facts';
import { Glance } from './glance';

const steps = { has_channel: true, has_catalogue: true, has_rule: true, has_price_change: true, has_approval: true, has_applied: true, has_rolled_back: true, has_second_person: true };
const quiet: Home = {
  needs_you: { approvals: [], approvals_count: 0, changes_asked: [], unfinished: [], unfinished_count: 0, drifts_open: 0, channels_down: [], dead_letters: 0, jobs_dead: 0 },
  approved: [],
  runs_now: [],
  runs_of_week: [],
  first_steps: steps,
};
const change = { id: 'pch_01', title: 'Black-week ladder', author: 'ana@nordlys.test', planned_at: '2026-01-12T09:00:00Z', rows_blocked: 12, rows_to_apply: 3202, state: 'pending_approval' };
const run = { id: 'run_01', kind: 'apply', price_change_id: 'pch_02', title: 'Winter sale', total: 3202, actor: 'ana@nordlys.test', created_at: '2026-01-12T09:00:00Z' };

export const states: States = {
  quiet: () => <Glance home={quiet} />,
  'first-use': () => <Glance home={{ ...quiet, first_steps: { ...steps, has_rule: false, has_price_change: false, has_approval: false, has_applied: false, has_rolled_back: false } }} />,
  busy: () => (
    <Glance
      home={{
        ...quiet,
        needs_you: {
          ...quiet.needs_you,
          approvals: [change],
          approvals_count: 13,
          unfinished: [
            { ...run, state: 'partially_applied' },
            { ...run, id: 'run_02', title: 'Spring', state: 'failed' },
          ],
          unfinished_count: 2,
          drifts_open: 37,
          dead_letters: 2,
          jobs_dead: 1,
          channels_down: [{ id: 'chn_01', connector: 'shopify', name: 'nordlys.test', state: 'disconnected', created_at: '2026-01-01T09:00:00Z' }],
        },
        approved: [{ ...change, id: 'pch_03', title: 'Tents', state: 'approved' }],
        runs_now: [{ ...run, state: 'applying', settled: 1907 }],
      }}
    />
  ),
};
