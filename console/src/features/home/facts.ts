// The project at a glance.
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { mayAct, type Role } from '../../app/rights';

export type HomeRun = Schemas['HomeRun'];
export type FirstSteps = Schemas['FirstSteps'];

export type Home = Schemas['Home'] & {
  /** Approved, and nobody has applied them yet; for who may. */
  approved: Schemas['PriceChangeSummary'][];
};

/** Asks again while something is under way more often than while nothing is. */
export function useHome(project: string, role: Role) {
  return useQuery({
    queryKey: ['home', project],
    queryFn: ({ signal }) => load(project, role, signal),
    refetchInterval: ({ state }) => (state.data && state.data.runs_now.length > 0 ? 2_000 : 15_000),
  });
}

async function load(project: string, role: Role, signal: AbortSignal): Promise<Home> {
  const [home, approved] = await Promise.all([
    api.GET('/api/v1/home', { params: { query: { project } }, signal }),
    mayAct(role, 'editor') ? api.GET('/api/v1/price-changes', { params: { query: { project, state: 'approved', limit: 10 } }, signal }) : null,
  ]);
  return { ...home.data!, approved: approved?.data?.data ?? [] };
}
