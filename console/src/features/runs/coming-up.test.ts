import { describe, expect, it } from 'vitest';
import { comingUp } from './coming-up';

const job = (id: string, kind: string, run_at: string, payload: unknown = { price_change_id: 'pch_1' }) => ({ id, kind, run_at, payload });
const now = Date.parse('2026-11-21T12:00:00Z');

describe('what starts by itself', () => {
  it('is told soonest first, starts and returns together', () => {
    const told = comingUp([job('job_2', 'price_changes.return', '2026-11-28T00:00:00Z'), job('job_1', 'price_changes.start', '2026-11-27T00:00:00Z')], now);
    expect(told.map(({ jobId, kind }) => `${jobId} ${kind}`)).toEqual(['job_1 start', 'job_2 return']);
  });

  it('leaves out what is due and what says nothing of a price change', () => {
    expect(comingUp([job('job_1', 'price_changes.start', '2026-11-21T11:59:00Z'), job('job_2', 'price_changes.start', '2026-11-27T00:00:00Z', null)], now)).toEqual([]);
  });
});
