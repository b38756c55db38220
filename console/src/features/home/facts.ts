// The project at a glance, put together from the lists.
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { mayAct, type Role } from '../../app/rights';

export type Change = Schemas['PriceChangeSummary'];
export type Channel = Schemas['Channel'];

/** A run in a line. */
export interface HomeRun {
  id: string;
  kind: string;
  state: string;
  title: string;
  total: number;
  /** Prices that are settled; absent for runs that are over. */
  settled?: number | null;
  actor: string;
  created_at: string;
}

export interface Home {
  approvals: Change[];
  approvals_count: number;
  changes_asked: Change[];
  /** Approved, and nobody has applied them yet. */
  approved: Change[];
  unfinished: HomeRun[];
  unfinished_count: number;
  drifts_open: number;
  channels_down: Channel[];
  dead_letters: number;
  jobs_dead: number;
  runs_now: HomeRun[];
  runs_of_week: HomeRun[];
  first_steps: FirstSteps;
}

export interface FirstSteps {
  has_channel: boolean;
  has_catalogue: boolean;
  has_rule: boolean;
  has_price_change: boolean;
  has_approval: boolean;
  has_applied: boolean;
  has_rolled_back: boolean;
}

const WEEK_MS = 7 * 86_400_000;
const unsettled = ['queued', 'applying', 'paused', 'stopping'];

interface Reader {
  email: string;
  role: Role;
}

/** Asks again while something is under way more often than while nothing is. */
export function useHome(project: string, reader: Reader) {
  return useQuery({
    queryKey: ['home', project],
    queryFn: ({ signal }) => load(project, reader, signal),
    refetchInterval: ({ state }) => (state.data && state.data.runs_now.length > 0 ? 2_000 : 15_000),
  });
}

async function load(project: string, reader: Reader, signal: AbortSignal): Promise<Home> {
  const query = { project, limit: 100 };
  const [runs, waiting, approved, rules, changes, channels, variants, drifts] = await Promise.all([
    api.GET('/api/v1/runs', { params: { query }, signal }),
    api.GET('/api/v1/price-changes', { params: { query: { ...query, state: 'pending_approval' } }, signal }),
    api.GET('/api/v1/price-changes', { params: { query: { ...query, state: 'approved' } }, signal }),
    api.GET('/api/v1/rules', { params: { query: { project, limit: 1 } }, signal }),
    api.GET('/api/v1/price-changes', { params: { query }, signal }),
    api.GET('/api/v1/channels', { params: { query }, signal }),
    api.GET('/api/v1/catalog/variants', { params: { query: { project, limit: 1 } }, signal }),
    api.GET('/api/v1/drifts', { params: { query: { ...query, state: 'open' } }, signal }),
  ]);
  const all = runs.data!.data;
  const mine = mayAct(reader.role, 'approver') ? waiting.data!.data.filter((change) => change.author !== reader.email) : [];
  const unfinished = newestOfEach(all).filter((run) => run.settled && ['failed', 'partially_applied'].includes(run.state));
  return {
    approvals: mine.slice(0, 10),
    approvals_count: mine.length,
    changes_asked: [],
    approved: mayAct(reader.role, 'editor') ? approved.data!.data.slice(0, 10) : [],
    unfinished: unfinished.slice(0, 10).map(inALine),
    unfinished_count: unfinished.length,
    drifts_open: drifts.data!.data.length,
    channels_down: channels.data!.data.filter((channel) => channel.state !== 'connected'),
    dead_letters: 0,
    jobs_dead: 0,
    runs_now: all.filter((run) => unsettled.includes(run.state) && !run.settled).map(inALine),
    runs_of_week: all.filter((run) => Date.now() - Date.parse(run.created_at) < WEEK_MS).map(inALine),
    first_steps: {
      has_channel: channels.data!.data.length > 0,
      has_catalogue: variants.data!.data.length > 0,
      has_rule: rules.data!.data.length > 0,
      has_price_change: changes.data!.data.length > 0,
      has_approval: changes.data!.data.some((change) => ['approved', 'scheduled', 'applying', 'applied', 'partially_applied', 'rolled_back'].includes(change.state)),
      has_applied: all.some((run) => run.kind === 'apply' && run.counts.applied + run.counts.rolled_back > 0),
      has_rolled_back: all.some((run) => run.kind === 'roll_back' && run.settled),
    },
  };
}

const inALine = (run: Schemas['Run']): HomeRun => ({
  id: run.id,
  kind: run.kind,
  state: run.state,
  title: run.title,
  total: run.total,
  settled: run.settled ? null : run.total - run.counts.queued - run.counts.applying,
  actor: run.actor,
  created_at: run.created_at,
});

/** Lists come newest first, so the first run of a price change is its newest. */
function newestOfEach(runs: Schemas['Run'][]): Schemas['Run'][] {
  const seen = new Set<string>();
  return runs.filter((run) => !seen.has(run.price_change_id) && seen.add(run.price_change_id));
}
