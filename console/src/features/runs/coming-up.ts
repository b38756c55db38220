// Reads what will start by itself from the jobs that wait for their time. Pure.
import type { Schemas } from '../../api/client';

type Job = Schemas['Job'];

export interface Coming {
  jobId: string;
  kind: 'start' | 'return';
  priceChangeId: string;
  at: string;
}

/** Soonest first; what is due already is under way and left out. */
export function comingUp(jobs: readonly Pick<Job, 'id' | 'kind' | 'payload' | 'run_at'>[], nowMs: number): Coming[] {
  return jobs
    .flatMap((job) => {
      const payload = job.payload as { price_change_id?: unknown } | null | undefined;
      const priceChangeId = payload?.price_change_id;
      if (typeof priceChangeId !== 'string' || Date.parse(job.run_at) <= nowMs) return [];
      const kind: Coming['kind'] = job.kind === 'price_changes.return' ? 'return' : 'start';
      return [{ jobId: job.id, kind, priceChangeId, at: job.run_at }];
    })
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
