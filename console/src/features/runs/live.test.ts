import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { runWith } from './fixture';
import { liveReducer, retryDelayMs, speak, startLive, type Live, type LiveEvent } from './live';

type Run = Schemas['Run'];

const run = (applied: number, settled = false): Run => runWith({ state: settled ? 'applied' : 'applying', settled, counts: { queued: 100 - applied, applied } });

const said = (body: Run | string, event = 'run'): LiveEvent => ({ type: 'message', event, data: typeof body === 'string' ? body : JSON.stringify(body), atMs: 1 });
const lost = (retryAtMs = 1_000): LiveEvent => ({ type: 'lost', retryAtMs });
const after = (...events: LiveEvent[]): Live => events.reduce(liveReducer, startLive);

describe('a followed run', () => {
  it('shows what the newest message says, also when a new stream begins with less', () => {
    const live = after({ type: 'opened', atMs: 0 }, said(run(10)), said(run(20)), lost(), { type: 'opened', atMs: 2 }, said(run(30)));
    expect(live.run?.counts.applied).toBe(30);
    expect(live.link).toBe('live');
  });

  it('says that it is not live, keeps its figures, and counts its attempts', () => {
    const live = after(said(run(10)), lost(1_000), lost(3_000));
    expect(live).toMatchObject({ link: 'lost', failures: 2, retryAtMs: 3_000 });
    expect(live.run?.counts.applied).toBe(10);
    expect(liveReducer(live, { type: 'opened', atMs: 5 })).toMatchObject({ link: 'live', failures: 0, heardAtMs: 5, retryAtMs: null });
  });

  it('ends with the stream, or with an answer that says that it is settled', () => {
    expect(after(said(run(100, true)), said('{}', 'end')).link).toBe('ended');
    expect(after(lost(), { type: 'polled', run: run(100, true), atMs: 1 }).link).toBe('ended');
    const ended = after(said('', 'end'));
    expect(liveReducer(ended, lost())).toBe(ended);
  });

  it('is not taken back by an answer that was long under way', () => {
    const live = after({ type: 'polled', run: run(40), atMs: 1 }, said(run(100, true)), { type: 'polled', run: run(50), atMs: 2 });
    expect(live.run?.settled).toBe(true);
  });

  it('is followed anew when targets are tried again', () => {
    const ended = after(said(run(100, true)), said('{}', 'end'));
    const again = [{ type: 'followed' } as const, said(run(90))].reduce(liveReducer, ended);
    expect(again).toMatchObject({ link: 'live', failures: 0 });
    expect(again.run?.settled).toBe(false);
  });

  it('overlooks what it cannot read', () => {
    const live = after(said(run(10)), said('not json'), said('7'), said(run(20), 'something_new'));
    expect(live.run?.counts.applied).toBe(10);
    expect(live.link).toBe('live');
  });
});

describe('waiting for a lost stream', () => {
  it('grows to five seconds', () => {
    expect([1, 2, 3, 4, 9].map(retryDelayMs)).toEqual([1000, 2000, 4000, 5000, 5000]);
  });
});

describe('spoken progress', () => {
  it('comes at a new tenth, not more than every ten seconds, and at the end', () => {
    const first = speak(null, run(5), 0);
    expect(first?.text).toContain('5 of 100');
    expect(speak(first, run(9), 60_000)).toBeNull();
    expect(speak(first, run(30), 9_000)).toBeNull();
    expect(speak(first, run(30), 10_000)?.text).toContain('30 of 100');
    expect(speak(first, run(100, true), 1)?.text).toMatch(/^Finished/);
  });

  it('does not say the end twice', () => {
    const end = speak(null, run(100, true), 0);
    expect(speak(end, run(100, true), 60_000)).toBeNull();
  });
});
