// The state of a followed run: what the stream said last, and whether it still speaks. Pure; the hook feeds it.
import type { Schemas } from '../../api/client';

type Run = Schemas['Run'];

export interface Live {
  /** `connecting` before the first answer, `live` while the stream speaks, `lost` between attempts, `ended` when nothing will change any more. */
  link: 'connecting' | 'live' | 'lost' | 'ended';
  run: Run | null;
  /** When anything was last heard, in ms of the epoch. */
  heardAtMs: number | null;
  /** Attempts since something was heard. */
  failures: number;
  /** When the next attempt is made while the stream is lost, in ms of the epoch. */
  retryAtMs: number | null;
}

export type LiveEvent =
  | { type: 'followed' }
  | { type: 'opened'; atMs: number }
  | { type: 'message'; event: string; data: string; atMs: number }
  | { type: 'polled'; run: Run; atMs: number }
  | { type: 'lost'; retryAtMs: number };

export const startLive: Live = { link: 'connecting', run: null, heardAtMs: null, failures: 0, retryAtMs: null };

export function liveReducer(live: Live, event: LiveEvent): Live {
  if (event.type === 'followed') return { ...startLive, run: live.run, heardAtMs: live.heardAtMs };
  if (live.link === 'ended') return live;
  switch (event.type) {
    case 'opened':
      return { ...live, link: 'live', heardAtMs: event.atMs, failures: 0, retryAtMs: null };
    case 'polled':
      return { ...live, run: notTakenBack(live.run, event.run), heardAtMs: event.atMs, link: event.run.settled ? 'ended' : live.link };
    case 'lost':
      return { ...live, link: 'lost', failures: live.failures + 1, retryAtMs: event.retryAtMs };
    case 'message':
      return afterMessage(live, event);
  }
}

function afterMessage(live: Live, message: Extract<LiveEvent, { type: 'message' }>): Live {
  const heard: Live = { ...live, link: 'live', heardAtMs: message.atMs, failures: 0, retryAtMs: null };
  if (message.event === 'end') return { ...heard, link: 'ended' };
  if (message.event !== 'run') return heard;
  // Each message is the whole run, so a stream that was lost needs no resuming: the next one begins with what is true.
  const run = readRun(message.data);
  return run === null ? heard : { ...heard, run };
}

const open = (run: Run) => run.counts.queued + run.counts.applying;

// An answer to a plain question may have been long under way; it never unsettles what the stream has settled.
function notTakenBack(known: Run | null, answer: Run): Run {
  return known !== null && known.settled && !answer.settled ? known : answer;
}

function readRun(data: string): Run | null {
  try {
    const parsed: unknown = JSON.parse(data);
    return typeof parsed === 'object' && parsed !== null && 'counts' in parsed ? (parsed as Run) : null;
  } catch {
    return null;
  }
}

/** How long to wait before the next attempt: 1, 2, 4, then 5 seconds. */
export function retryDelayMs(failures: number): number {
  return Math.min(5_000, 1_000 * 2 ** Math.max(0, failures - 1));
}

export interface Spoken {
  text: string;
  decile: number;
  atMs: number;
}

/** The next sentence for people who hear the page: at most every 10 s, at a new tenth, and always at the end. */
export function speak(last: Spoken | null, run: Run, nowMs: number): Spoken | null {
  const done = run.total - open(run);
  const decile = run.total === 0 ? 10 : Math.floor((done * 10) / run.total);
  if (!run.settled && last !== null && (decile === last.decile || nowMs - last.atMs < 10_000)) return null;
  const counts = `${run.counts.applied} applied, ${run.counts.failed} failed, ${run.counts.conflict} conflicts`;
  const text = run.settled ? `Finished: ${counts} of ${run.total}.` : `${done} of ${run.total} settled: ${counts}.`;
  return text === last?.text ? null : { text, decile, atMs: nowMs };
}
