// The runs of the last seven days by day of the shop's own clock.
import type { HomeRun } from './facts';

export interface Day {
  /** `2026-11-21` in the shop's zone. */
  date: string;
  /** Oldest first, as they happened. */
  runs: HomeRun[];
}

const DAY_MS = 86_400_000;

export function dateIn(zone: string, instantMs: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(instantMs);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** Seven days up to now, the oldest first, each with its runs. */
export function weekOf(runs: readonly HomeRun[], zone: string, nowMs: number): Day[] {
  // Steps of a day from noon UTC of the shop's date stay clear of the hour that a change of clocks adds or takes.
  const todayMs = Date.parse(`${dateIn(zone, nowMs)}T12:00:00Z`);
  const dates = Array.from({ length: 7 }, (_, index) => new Date(todayMs - (6 - index) * DAY_MS).toISOString().slice(0, 10));
  const inOrder = [...runs].sort((one, other) => one.created_at.localeCompare(other.created_at));
  return dates.map((date) => ({ date, runs: inOrder.filter((run) => dateIn(zone, Date.parse(run.created_at)) === date) }));
}

/** `Sat 21` */
export function dayName(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T12:00:00Z`));
}
