// The words of the event log and of what follows it. Pure.
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { humanised, type Word } from '../../shared/words';

type Consumer = Schemas['Consumer'];

/** How a consumer fares, the worst first. */
export function consumerState(consumer: Consumer): Word {
  if (consumer.last_error) return { word: 'Held up', glyph: 'blocked', tone: 'blocked' };
  if (consumer.dead > 0) return { word: 'Has dead letters', glyph: 'warn', tone: 'warn' };
  if (consumer.retrying > 0) return { word: 'Trying again', glyph: 'live', tone: 'warn' };
  if (consumer.behind > 0) return { word: 'Catching up', glyph: 'live', tone: 'live' };
  return { word: 'Up to date', glyph: 'check', tone: 'ok' };
}

/** The server counts up to a bound and no further. */
const COUNTED_MAX = 100_000;

export const behindInWords = (behind: number): string => (behind >= COUNTED_MAX ? `${formatCount(COUNTED_MAX)} or more` : formatCount(behind));

/** `0 s`, `42 s`, `7 min`, `3 h`, `2 d`. */
export function ageInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

const letterStates: Record<string, Word> = {
  dead: { word: 'Gave up', glyph: 'cross', tone: 'blocked' },
  retrying: { word: 'Trying again', glyph: 'live', tone: 'live' },
  settled: { word: 'Delivered', glyph: 'check', tone: 'ok' },
  dropped: { word: 'Dropped', glyph: 'skipped', tone: 'neutral' },
};

export const LETTER_STATES = Object.keys(letterStates);

export const letterState = (code: string): Word => letterStates[code] ?? { word: humanised(code), glyph: 'wait', tone: 'neutral' };

/** A whole number of the log, as typed; null for anything else. */
export function position(text: string): number | null {
  const number = /^\d{1,15}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 ? number : null;
}

/** Why a span cannot be replayed; undefined when it can. */
export function spanFault(consumer: string, from: string, to: string): string | undefined {
  if (consumer === '') return 'Choose a consumer.';
  const [first, last] = [position(from), position(to)];
  if (first === null || last === null) return 'Give the first and the last number of the log.';
  return last < first ? 'The last number comes before the first.' : undefined;
}

/** How far a replay is. Numbers of the log may have gaps, so its size is at most the span. */
export function replayInWords({ delivered, from_position: from, to_position: to, finished_at: finished }: Pick<Schemas['Replay'], 'delivered' | 'from_position' | 'to_position' | 'finished_at'>): string {
  const events = countOf(delivered, 'event', 'events');
  return finished ? `${events} handed over` : `${events} of at most ${formatCount(to - from + 1)} handed over`;
}
