// Says when the server does not answer, what is still on screen and since when, and looks by itself whether it is back.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { queryClient } from '../api/client';
import { isSilence } from '../api/problem';
import { useProject } from './project';
import { formatInstant } from '../shared/format';
import { Button } from '../ui/button';
import { Glyph } from '../ui/glyph';
import { FRAME } from './use-counts';
import styles from './banner.module.css';

const LOOK_EVERY_MS = 4_000;

interface Line {
  silent: boolean;
  lastAnswerMs: number;
}

let line: Line = { silent: false, lastAnswerMs: Date.now() };
const listeners = new Set<() => void>();

function set(next: Line) {
  line = next;
  for (const listener of listeners) listener();
}

queryClient.getQueryCache().subscribe((event) => {
  // What we ask ourselves to find out is an answer even when it finds nothing.
  if (event.type !== 'updated' || event.query.queryKey[1] === 'health') return;
  if (event.action.type === 'success' && !event.action.manual) {
    if (line.silent) set({ silent: false, lastAnswerMs: Date.now() });
    else line.lastAnswerMs = Date.now();
  }
  if ((event.action.type === 'failed' || event.action.type === 'error') && isSilence(event.action.error) && !line.silent) set({ ...line, silent: true });
});

function useLine(): Line {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => line,
  );
}

export function Connection() {
  const { silent, lastAnswerMs } = useLine();
  return <div role="status">{silent && <Silent lastAnswerMs={lastAnswerMs} />}</div>;
}

function Silent({ lastAnswerMs }: { lastAnswerMs: number }) {
  const zone = useProject().time_zone;
  const queries = useQueryClient();
  const health = useQuery({
    queryKey: [FRAME, 'health'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/api/health', { signal, cache: 'no-store' }).catch(() => null);
      if (response === null || !response.headers.get('content-type')?.includes('json')) return false;
      return true;
    },
    refetchInterval: LOOK_EVERY_MS,
    refetchIntervalInBackground: true,
    networkMode: 'always',
    gcTime: 0,
    staleTime: 0,
  });
  useEffect(() => {
    if (health.data !== true) return;
    set({ silent: false, lastAnswerMs: Date.now() });
    void queries.invalidateQueries();
  }, [health.data, queries]);
  return (
    <div className={styles.banner} data-tone="warn">
      <Glyph name="warn" size={16} />
      <p>
        {navigator.onLine ? 'Calibr does not answer.' : 'This computer is offline.'} What you see is from {formatInstant(new Date(lastAnswerMs).toISOString(), zone)}. What you typed stays.
      </p>
      <Button size="xs" busy={health.isFetching} onClick={() => void health.refetch()}>
        Look again now
      </Button>
    </div>
  );
}
