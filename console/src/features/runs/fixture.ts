// A run for tests and the gallery: 100 prices, of which some are written.
import type { Schemas } from '../../api/client';

type Run = Schemas['Run'];

export function runWith(part: Partial<Omit<Run, 'counts'>> & { counts?: Partial<Run['counts']> } = {}): Run {
  const { counts, ...rest } = part;
  return {
    id: 'run_1',
    kind: 'apply',
    state: 'applying',
    stage: 'all',
    price_change_id: 'pch_1',
    title: 'Sale',
    channel: 'demo.myshopify.com',
    channel_id: 'chn_1',
    in_bulk: false,
    total: 100,
    counts: { queued: 0, applying: 0, applied: 0, failed: 0, conflict: 0, skipped: 0, rolled_back: 0, verified: 0, ...counts },
    actor: 'editor@demo.test',
    created_at: '2026-11-21T12:00:00Z',
    settled: false,
    ...rest,
  };
}
