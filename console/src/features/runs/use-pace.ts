// The pace of a run while this page is open.
import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../api/client';
import { perSecond, remembered, type Sample } from './pace';

type Run = Schemas['Run'];

/** Prices a second; null while that cannot be said. */
export function usePace(run: Run): number | null {
  const samples = useRef<Sample[]>([]);
  const [pace, setPace] = useState<number | null>(null);
  const settledCount = run.total - run.counts.queued - run.counts.applying;
  useEffect(() => {
    samples.current = remembered(samples.current, { atMs: Date.now(), settled: settledCount });
    setPace(perSecond(samples.current));
  }, [settledCount]);
  return run.settled ? null : pace;
}
