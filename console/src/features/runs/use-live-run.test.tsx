// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runWith } from './fixture';

/** A server whose stream is away until it comes. */
const server = vi.hoisted(() => {
  const kept = { away: true, settled: false, asked: 0, heardUpTo: null as string | null, speak: (_: string) => {}, end: () => {} };
  const json = (body: unknown) => new Response(JSON.stringify(body), { status: 200, headers: { 'Content-Type': 'application/json' } });
  globalThis.fetch = async (asked, how) => {
    const url = typeof asked === 'string' ? asked : (asked as Request).url;
    if (!url.endsWith('/events')) return json(runWith({ settled: kept.settled, counts: { queued: 60, applied: 40 } }));
    kept.asked += 1;
    kept.heardUpTo = new Headers(how?.headers).get('last-event-id');
    if (kept.away) throw new TypeError('Failed to fetch');
    const body = new ReadableStream({ 
      start: (stream) => {
        kept.speak = (text) => stream.enqueue(new TextEncoder().encode(text));
        kept.end = () => stream.close();
      },
    });
    return { ok: true, status: 200, body } as Response;
  };
  return kept;
});

beforeEach(() => {
  Object.assign(server, { away: true, settled: false, asked: 0 });
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function follow() {
  const { useLiveRun } = await import('./use-live-run');
  const around = ({ children }: { children: ReactNode }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
  return renderHook(() => useLiveRun('run_1', false), { wrapper: around }).result;
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('following a run', () => {
  it('says when it tries again: after 1, 2, 4 and 5 seconds, and is live as soon as the stream speaks', async () => {
    const live = await follow();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await pass(0);
      expect(live.current).toMatchObject({ link: 'lost', failures: attempt });
      expect(server.asked).toBe(attempt);
      const wait = live.current.retryAtMs! - Date.now();
      waits.push(wait);
      if (attempt === 4) server.away = false;
      await pass(wait - 1);
      expect(server.asked, 'not before it is time').toBe(attempt);
      await pass(1);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000]);
    expect(live.current).toMatchObject({ link: 'live', failures: 0, retryAtMs: null });
    server.speak(`event: run\ndata: ${JSON.stringify(runWith({ counts: { applied: 50, queued: 50 } }))}\n\n`);
    await pass(300);
    expect(live.current.run?.counts.applied).toBe(50);
  });

  it('goes on after the last that it heard', async () => {
    server.away = false;
    const live = await follow();
    await pass(0);
    expect(server.heardUpTo).toBeNull();
    server.speak(`event: run\nid: 41\ndata: ${JSON.stringify(runWith({ counts: { applied: 50, queued: 50 } }))}\n\n`);
    await pass(300);
    server.end();
    await pass(0);
    expect(live.current.link).toBe('lost');
    await pass(1_000);
    expect(live.current).toMatchObject({ link: 'live', run: { counts: { applied: 40 } } });
    expect(server.heardUpTo).toBe('41');
  });

  it('asks plainly meanwhile, and stops when that says that the run is over', async () => {
    const live = await follow();
    await pass(1_000);
    expect(live.current).toMatchObject({ link: 'lost', run: { counts: { applied: 40 } } });
    server.settled = true;
    await pass(2_000);
    expect(live.current.link).toBe('ended');
  });
});
