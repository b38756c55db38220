// How fast prices are settled, from what was seen of them; counts and times only. Pure.
import { formatCount } from '../../shared/format';

export interface Sample {
  atMs: number;
  settled: number;
}

/** What the pace is taken over. */
const SPAN_MS = 20_000;

/** Below this, two samples say nothing about a pace. */
const APART_MS = 1_000;

/** Adds a sample and forgets those that are too old, but for one to measure from. */
export function remembered(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  if (last && (sample.settled < last.settled || sample.atMs < last.atMs)) return [sample];
  const first = samples.findLastIndex((old) => old.atMs <= sample.atMs - SPAN_MS);
  return [...samples.slice(Math.max(0, first)), sample];
}

/** Prices a second; null until that can be said. */
export function perSecond(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < APART_MS) return null;
  return ((last.settled - first.settled) * 1_000) / (last.atMs - first.atMs);
}

/** Paces that are kept to be drawn; a minute's worth and more while the stream tells of every second. */
const TRAIL_MAX = 90;

/** One more pace at the end of those that are drawn. */
export function trailed(trail: readonly number[], pace: number | null): number[] {
  return pace === null ? [...trail] : [...trail, pace].slice(-TRAIL_MAX);
}

/** `38 prices a second`, `4.2 prices a second`, `12 prices a minute`. */
export function paceInWords(pace: number): string {
  if (pace >= 10) return `${formatCount(Math.round(pace))} prices a second`;
  if (pace >= 1) return `${formatCount(Math.round(pace * 10) / 10)} prices a second`;
  const minutely = Math.round(pace * 60);
  return minutely === 1 ? '1 price a minute' : `${formatCount(minutely)} prices a minute`;
}

/** The same of calls to the shop: `9.1 writes a second`. */
export const writesInWords = (pace: number) => paceInWords(pace).replace(/prices?/, (word) => (word === 'price' ? 'write' : 'writes'));

/** `about 40 s left`; null while that cannot be said. */
export function leftInWords(left: number, pace: number | null): string | null {
  if (left <= 0 || pace === null || pace <= 0) return null;
  const seconds = Math.ceil(left / pace);
  if (seconds < 60) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}
