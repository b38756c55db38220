// The stages of a run, in order, with how far each is. Pure; told from what the API says of the run.
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import type { Word } from '../../shared/words';

type Run = Schemas['Run'];

/** `done`, `now`, `held` by a pause, `next`, or `cut` when it will not come to its end. */
export type StageState = 'done' | 'now' | 'held' | 'next' | 'cut';

export interface Stage {
  name: string;
  state: StageState;
  detail?: string;
}

const words: Record<StageState, Word> = {
  done: { word: 'Done', glyph: 'check', tone: 'ok' },
  now: { word: 'Under way', glyph: 'live', tone: 'live' },
  held: { word: 'Held', glyph: 'wait', tone: 'warn' },
  next: { word: 'To come', glyph: 'skipped', tone: 'neutral' },
  cut: { word: 'Cut short', glyph: 'cross', tone: 'blocked' },
};

export const stageWord = (state: StageState): Word => words[state];

/** `10 min`, `1 h`, `2 d`: how long somebody asked to watch. */
export function formatWait(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 0) return `${seconds / 86_400} d`;
  if (seconds % 3_600 === 0 && seconds > 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

export function stagesOf(run: Run): Stage[] {
  const written = run.canary ? [firstWave(run), watched(run), rest(run)] : [whole(run)];
  const began = run.state !== 'queued' || run.counts.queued < run.total;
  return [{ name: 'Begin', state: began ? 'done' : 'now' }, ...written, readBack(run)];
}

// What is under way rests while somebody holds the run.
const going = (run: Run): StageState => (run.state === 'paused' ? 'held' : run.state === 'queued' ? 'next' : 'now');

// A part that ended with prices nobody wrote because somebody or something stopped it.
const ended = (run: Run): StageState => (run.counts.skipped > 0 && run.note ? 'cut' : 'done');

function whole(run: Run): Stage {
  const state = run.settled ? ended(run) : run.state === 'stopping' ? 'cut' : going(run);
  return { name: 'Write', state, detail: run.in_bulk ? `${countOf(run.total, 'price', 'prices')}, in bulk operations` : countOf(run.total, 'price', 'prices') };
}

function firstWave(run: Run): Stage {
  const state = run.settled || run.stage !== 'canary' ? 'done' : run.state === 'stopping' ? 'cut' : going(run);
  return { name: 'First wave', state, detail: countOf(run.canary?.targets ?? 0, 'price', 'prices') };
}

function watched(run: Run): Stage {
  const { verdict, wait_s: wait } = run.canary!;
  const detail = `for ${formatWait(wait)}`;
  if (verdict) return { name: 'Watch', state: verdict === 'pass' ? 'done' : 'cut', detail };
  if (run.settled) return { name: 'Watch', state: 'cut', detail };
  return { name: 'Watch', state: run.stage === 'soak' ? going(run) : 'next', detail };
}

function rest(run: Run): Stage {
  const detail = countOf(Math.max(0, run.total - (run.canary?.targets ?? 0)), 'price', 'prices');
  if (run.settled) return { name: 'The rest', state: run.canary?.verdict === 'fail' ? 'cut' : ended(run), detail };
  return { name: 'The rest', state: run.stage === 'rest' ? going(run) : 'next', detail };
}

function readBack(run: Run): Stage {
  const { applied, rolled_back: taken, verified } = run.counts;
  const detail = applied > 0 ? `${formatCount(verified)} of ${formatCount(applied)}` : undefined;
  const state: StageState = run.settled ? (verified >= applied || taken > 0 ? 'done' : 'next') : 'next';
  return { name: 'Read back', state: !run.settled && verified > 0 && run.stage !== 'soak' ? going(run) : state, ...(detail === undefined ? {} : { detail }) };
}
