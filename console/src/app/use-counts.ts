// The numbers beside the areas and in the header. Asked for again now and then, and never in the way of a page.
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../api/client';
import { countOf } from '../shared/format';
import type { CountName } from './areas';

export interface FrameCount {
  number: number;
  /** There are more than that. */
  more: boolean;
}

const moving = ['queued', 'applying', 'stopping'];

export function runsUnderWay(runs: Schemas['Run'][]): Schemas['Run'][] {
  return runs.filter((run) => moving.includes(run.state) && !run.settled);
}

/** The first part of the key of every query of the frame; a page is ready without them. */
export const FRAME = 'frame';

export function useFrameRuns(project: string | undefined) {
  return useQuery({
    queryKey: [FRAME, 'runs', project],
    queryFn: async ({ signal }) => (await api.GET('/api/v1/runs', { params: { query: { project, limit: 50 } }, signal })).data!.data,
    enabled: project !== undefined,
    refetchInterval: ({ state }) => (state.data && runsUnderWay(state.data).length > 0 ? 4_000 : 20_000),
  });
}

export function useCounts(project: string | undefined, runs: Schemas['Run'][] | undefined): Partial<Record<CountName, FrameCount>> {
  const waiting = useQuery({
    queryKey: [FRAME, 'approvals', project],
    queryFn: async ({ signal }) => counted((await api.GET('/api/v1/price-changes', { params: { query: { project, state: 'pending_approval', limit: 99 } }, signal })).data!),
    enabled: project !== undefined,
    refetchInterval: 20_000,
  });
  const drifts = useQuery({
    queryKey: [FRAME, 'drifts', project],
    queryFn: async ({ signal }) => counted((await api.GET('/api/v1/drifts', { params: { query: { project, state: 'open', limit: 99 } }, signal })).data!),
    enabled: project !== undefined,
    refetchInterval: 60_000,
  });
  return {
    ...(waiting.data && { approvals: waiting.data }),
    ...(drifts.data && { drifts: drifts.data }),
    ...(runs && { runs: { number: runsUnderWay(runs).length, more: false } }),
  };
}

const counted = (page: { data: unknown[]; has_more: boolean }): FrameCount => ({ number: page.data.length, more: page.has_more });

/** The same for people who hear the page: `4 price changes wait for approval`. */
export function countWords(name: CountName, { number, more }: FrameCount): string {
  const least = more ? 'more than ' : '';
  switch (name) {
    case 'approvals':
      return `${least}${countOf(number, 'price change waits for approval', 'price changes wait for approval')}`;
    case 'runs':
      return `${least}${countOf(number, 'run is under way', 'runs are under way')}`;
    case 'drifts':
      return `${least}${countOf(number, 'price differs from the shop', 'prices differ from the shop')}`;
    case 'deadLetters':
      return `${least}${countOf(number, 'delivery gave up', 'deliveries gave up')}`;
  }
}
