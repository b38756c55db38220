// Follows a run over its event stream, and asks plainly while the stream is away. Of all tabs on the same run one reads and
// tells the others; a hidden tab lets go, since a browser's six connections per host belong to what is looked at.
import { useQueryClient } from '@tanstack/react-query';
import { createParser } from 'eventsource-parser';
import { useEffect, useReducer, useRef } from 'react';
import { $api, api, type Schemas } from '../../api/client';
import { liveReducer, retryDelayMs, startLive, type Live, type LiveEvent } from './live';
import { joinTabs, type Tabs } from './tabs';

type Run = Schemas['Run'];

/** At most one render per this span, however fast the run goes. */
const RENDER_EVERY_MS = 250;

/** The server says at least a comment line every 15 s; a stream that is silent for longer than this is dead. */
const SILENCE_MS = 40_000;

export function useLiveRun(runId: string, settled: boolean): Live {
  const [live, dispatch] = useReducer(liveReducer, startLive);
  const newest = useRef(live);
  const queries = useQueryClient();

  useEffect(() => {
    newest.current = live;
  }, [live]);

  useEffect(() => {
    if (settled) return undefined;
    dispatch({ type: 'followed' });
    const tabs = joinTabs<LiveEvent>(`calibr run ${runId}`, dispatch, () => asOfNow(newest.current));
    const follower = new AbortController();
    void followWhileSeen(runId, tabs, follower.signal, dispatch);
    return () => {
      follower.abort();
      tabs.leave();
    };
  }, [runId, settled]);

  useEffect(() => {
    if (live.run?.id !== runId) return;
    queries.setQueryData($api.queryOptions('get', '/api/v1/runs/{id}', { params: { path: { id: runId } } }).queryKey, live.run);
  }, [live.run, queries, runId]);

  return live;
}

/** What a tab that has just come is told. */
function asOfNow({ link, run, heardAtMs }: Live): LiveEvent | null {
  if (link !== 'live' || run === null) return null;
  return { type: 'message', event: 'run', data: JSON.stringify(run), atMs: heardAtMs ?? Date.now() };
}

/** Waits to be the tab that reads whenever this one is looked at, and lets go when it is not. */
async function followWhileSeen(runId: string, tabs: Tabs<LiveEvent>, gone: AbortSignal, dispatch: (event: LiveEvent) => void) {
  const say = (event: LiveEvent) => {
    dispatch(event);
    tabs.tell(event);
  };
  for (let ended = false; !ended && !gone.aborted; ) {
    await whenVisible(gone);
    const seen = untilHidden(gone);
    await tabs.lead(seen, async () => void (ended = await read(runId, seen, say)));
    // Without a pause between, a tab that is refused the lock at once would ask for it without end.
    if (!ended) await pause(retryDelayMs(1), gone);
  }
}

/** Reads the stream, again and again until it ends; true when the stream said that nothing more will come. */
async function read(runId: string, signal: AbortSignal, say: (event: LiveEvent) => void): Promise<boolean> {
  const heard: Heard = { upTo: null };
  for (let failures = 0; !signal.aborted; ) {
    const onOpen = () => {
      failures = 0;
      say({ type: 'opened', atMs: Date.now() });
    };
    if (await readStream(runId, heard, signal, onOpen, say).catch(() => false)) return true;
    if (signal.aborted) return false;
    failures += 1;
    const delayMs = retryDelayMs(failures);
    say({ type: 'lost', retryAtMs: Date.now() + delayMs });
    await pause(delayMs, signal);
    await poll(runId, signal, say);
  }
  return false;
}

/** The place in the log up to which the run's stream was heard, whatever became of the connection. */
interface Heard {
  upTo: string | null;
}

/** True when the stream said that nothing more will come. */
async function readStream(runId: string, heard: Heard, signal: AbortSignal, onOpen: () => void, dispatch: (event: LiveEvent) => void): Promise<boolean> {
  const response = await fetch(`/api/v1/runs/${runId}/events`, { headers: { Accept: 'text/event-stream', ...(heard.upTo === null ? {} : { 'Last-Event-ID': heard.upTo }) }, signal, credentials: 'same-origin' });
  if (!response.ok || response.body === null) throw new Error(`the event stream answered ${response.status}`);
  onOpen();

  let ended = false;
  const paced = new Paced(dispatch);
  const parser = createParser({
    onEvent: (event) => {
      const name = event.event ?? 'message';
      ended ||= name === 'end';
      heard.upTo = event.id ?? heard.upTo;
      paced.push({ type: 'message', event: name, data: event.data, atMs: Date.now() });
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    const timer = setTimeout(() => void reader.cancel().catch(() => undefined), SILENCE_MS);
    return reader.read().finally(() => clearTimeout(timer));
  };
  try {
    for (let chunk = await read(); !chunk.done && !ended; chunk = await read()) parser.feed(chunk.value);
  } finally {
    paced.flush();
    void reader.cancel().catch(() => undefined);
  }
  return ended;
}

/** Lets only the newest of many messages through, at a bearable pace; the end is never held back. */
class Paced {
  private waiting: LiveEvent | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly dispatch: (event: LiveEvent) => void;

  constructor(dispatch: (event: LiveEvent) => void) {
    this.dispatch = dispatch;
  }

  push(event: Extract<LiveEvent, { type: 'message' }>) {
    if (event.event !== 'run') {
      this.flush();
      this.dispatch(event);
      return;
    }
    this.waiting = event;
    this.timer ??= setTimeout(() => this.flush(), RENDER_EVERY_MS);
  }

  flush() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting !== null) this.dispatch(this.waiting);
    this.waiting = null;
  }
}

async function poll(runId: string, signal: AbortSignal, dispatch: (event: LiveEvent) => void) {
  try {
    const { data } = await api.GET('/api/v1/runs/{id}', { params: { path: { id: runId } }, signal });
    if (data) dispatch({ type: 'polled', run: data as Run, atMs: Date.now() });
  } catch {
    // The stream is tried again in a moment; until then the page says that it is not live.
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Aborts when the tab is hidden, or with `gone`. */
function untilHidden(gone: AbortSignal): AbortSignal {
  const hidden = new AbortController();
  const look = () => {
    if (!document.hidden) return;
    document.removeEventListener('visibilitychange', look);
    hidden.abort();
  };
  document.addEventListener('visibilitychange', look);
  gone.addEventListener('abort', () => document.removeEventListener('visibilitychange', look));
  return AbortSignal.any([gone, hidden.signal]);
}

function whenVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}
