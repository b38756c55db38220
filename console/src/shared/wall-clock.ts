// Clocks on walls: which instant a time of a zone means, and what a zone's clocks show at an instant. Pure; it only shows
// beforehand what the server decides.

/** What a time of a zone means. Where the clocks change it may not exist, or exist twice: then there are two readings. */
export type Meaning = { kind: 'one'; at: string } | { kind: 'gap' | 'fold'; earlier: string; later: string } | { kind: 'none' };

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/;

const formatters = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    formatters.set(zone, made);
    return made;
  } catch {
    return null;
  }
}

/** What the clocks of a zone show at an instant: `2026-11-27T09:00`. Empty for a zone that the browser does not know. */
export function wallClock(instantMs: number, zone: string): string {
  const format = clockOf(zone);
  if (format === null || Number.isNaN(instantMs)) return '';
  const parts = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
  return `${String(parts['year']).padStart(4, '0')}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`;
}

/** The instants at which the clocks of `zone` show `local`. */
export function meaningOf(local: string, zone: string): Meaning {
  const asUtcMs = utcMsOf(local);
  if (asUtcMs === null || clockOf(zone) === null) return { kind: 'none' };
  const offsetMs = (aroundMs: number) => (utcMsOf(wallClock(aroundMs, zone)) ?? aroundMs) - aroundMs;
  const [before, after] = [offsetMs(asUtcMs - DAY_MS), offsetMs(asUtcMs + DAY_MS)];
  const [one, other] = [asUtcMs - before, asUtcMs - after];
  const fits = [...new Set([one, other])].filter((instantMs) => wallClock(instantMs, zone) === local);
  const text = (instantMs: number) => new Date(instantMs).toISOString().replace('.000Z', 'Z');
  if (fits.length === 1) return { kind: 'one', at: text(fits[0]!) };
  return { kind: fits.length === 0 ? 'gap' : 'fold', earlier: text(Math.min(one, other)), later: text(Math.max(one, other)) };
}

/** The instant at which the clocks of `zone` show `local`: the later one of two, and the next one of none. Null while it is no time. */
export function instantOf(local: string, zone: string): string | null {
  const meaning = meaningOf(local, zone);
  if (meaning.kind === 'none') return null;
  return meaning.kind === 'one' ? meaning.at : meaning.later;
}

export interface ClockChange {
  /** From this instant on. */
  at: string;
  /** So far the clocks go forward, or back below zero. */
  minutes: number;
}

/** Between two changes lie weeks, where there are any. */
const LOOK_EVERY_MS = 7 * DAY_MS;

/** Where the clocks of a zone change between two instants, oldest first. None for a zone that the browser does not know. */
export function clockChanges(zone: string, fromMs: number, untilMs: number): ClockChange[] {
  if (clockOf(zone) === null) return [];
  const offsetMinutes = (atMs: number) => ((utcMsOf(wallClock(atMs, zone)) ?? atMs) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
  const changes: ClockChange[] = [];
  let [beforeMs, before] = [Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS, offsetMinutes(fromMs)];
  while (beforeMs < untilMs) {
    let afterMs = Math.min(beforeMs + LOOK_EVERY_MS, Math.floor(untilMs / MINUTE_MS) * MINUTE_MS);
    if (afterMs <= beforeMs) break;
    const next = afterMs;
    const after = offsetMinutes(afterMs);
    if (after !== before) {
      for (let lowMs = beforeMs; afterMs - lowMs > MINUTE_MS; ) {
        const middleMs = Math.floor((lowMs + afterMs) / 2 / MINUTE_MS) * MINUTE_MS;
        if (offsetMinutes(middleMs) === before) lowMs = middleMs;
        else afterMs = middleMs;
      }
      changes.push({ at: new Date(afterMs).toISOString().replace('.000Z', 'Z'), minutes: after - before });
    }
    [beforeMs, before] = [next, after];
  }
  return changes;
}

/** A date with a time as if it were in UTC; null while it is none. */
function utcMsOf(local: string): number | null {
  const found = WRITTEN.exec(local);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const utcMs = Date.UTC(year, month - 1, day, hour, minute);
  const real = new Date(utcMs);
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === day && real.getUTCHours() === hour && real.getUTCMinutes() === minute ? utcMs : null;
}
