// The pace of a run while this page is open.
import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../api/client';
import { perSecond, remembered, trailed, type Sample } from './pace';

type Run = Schemas['Run'];

export interface Pace {
  /** Prices a second; null while that cannot be said. */
  now: number | null;
  /** The paces of before and now, oldest first. */
  trail: number[];
}

export function usePace(run: Run): Pace {
  const samples = useRef<Sample[]>([]);
  const [pace, setPace] = useState<Pace>({ now: null, trail: [] });
  const settledCount = run.total - run.counts.queued - run.counts.applying;
  useEffect(() => {
    samples.current = remembered(samples.current, { atMs: Date.now(), settled: settledCount });
    const now = perSecond(samples.current);
    setPace(({ trail }) => ({ now, trail: trailed(trail, now) }));
  }, [settledCount]);
  return run.settled ? { now: null, trail: pace.trail } : pace;
}
