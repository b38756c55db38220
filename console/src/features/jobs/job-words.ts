// The words of jobs and schedules. Pure.
import { humanised, type Word } from '../../shared/words';

const states: Record<string, Word> = {
  queued: { word: 'Waiting', glyph: 'wait', tone: 'wait' },
  running: { word: 'Running', glyph: 'live', tone: 'live' },
  done: { word: 'Done', glyph: 'check', tone: 'ok' },
  dead: { word: 'Gave up', glyph: 'cross', tone: 'blocked' },
  cancelled: { word: 'Cancelled', glyph: 'skipped', tone: 'neutral' },
};

export const JOB_STATES = Object.keys(states);

export const jobState = (code: string): Word => states[code] ?? { word: humanised(code), glyph: 'wait', tone: 'neutral' };

/** What an admin may do with a job in a state. */
export const mayRetry = (state: string): boolean => state === 'dead' || state === 'cancelled';
export const mayCancel = (state: string): boolean => state === 'queued' || state === 'running' || state === 'dead';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (part: string) => part.padStart(2, '0');
const isNumber = (part: string) => /^\d{1,2}$/.test(part);

/** The plain cases of cron as a sentence; the others as they are written. */
export function cronInWords(cron: string): string {
  const parts = cron.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  if (parts.length !== 5 || month !== '*') return cron;
  if (day !== '*') return cron;
  const at = isNumber(minute) && isNumber(hour) ? `at ${two(hour)}:${two(minute)}` : null;
  if (at !== null && weekday === '*') return `Every day ${at}`;
  if (at !== null && /^[0-6]$/.test(weekday)) return `Every ${days[Number(weekday)]} ${at}`;
  if (weekday !== '*') return cron;
  if (hour === '*' && minute === '*') return 'Every minute';
  if (hour === '*' && isNumber(minute)) return minute === '0' ? 'Every hour' : `Every hour at ${minute} minutes past`;
  const every = /^\*\/(\d{1,2})$/.exec(minute);
  return every && hour === '*' ? `Every ${every[1]} minutes` : cron;
}
