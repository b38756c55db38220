// What somebody chose about when to apply, why it cannot be sent yet, and how the API is asked for it. Pure.
import type { Schemas } from '../../api/client';
import { meaningOf, wallClock, type Meaning } from '../../shared/wall-clock';

export interface StartChoice {
  later: boolean;
  /** As a `datetime-local` field writes it; empty while nothing is chosen. */
  local: string;
  zone: string;
  /** Which reading is meant where the clocks change. */
  which: 'earlier' | 'later' | null;
}

export const startNow = (zone: string): StartChoice => ({ later: false, local: '', zone, which: null });

/** The instant that is chosen; null while there is not exactly one. */
export function startsAt(choice: StartChoice): string | null {
  const meaning = meaningOf(choice.local, choice.zone);
  if (meaning.kind === 'one') return meaning.at;
  return meaning.kind === 'none' || choice.which === null ? null : meaning[choice.which];
}

/** What is wrong with the time, as it stands beside its field; undefined while nothing was typed, or nothing is wrong. */
export function timeFault(choice: StartChoice, nowMs: number): string | undefined {
  if (choice.local === '') return undefined;
  const meaning = meaningOf(choice.local, choice.zone);
  if (meaning.kind === 'none') return 'This is not a date with a time.';
  const at = startsAt(choice);
  if (at === null) return meaning.kind === 'gap' ? `This time does not exist in ${choice.zone}: the clocks are put forward over it.` : `This time happens twice in ${choice.zone}: the clocks are put back over it.`;
  return Date.parse(at) <= nowMs ? `This is past: it is ${wallClock(nowMs, choice.zone).replace('T', ' ')} in ${choice.zone}.` : undefined;
}

/** Why the choice cannot be sent; undefined when it can. */
export function startFault(choice: StartChoice, nowMs: number): string | undefined {
  if (!choice.later) return undefined;
  if (choice.local === '') return 'Choose when to start.';
  if (timeFault(choice, nowMs) !== undefined) return 'Choose a time that is one instant to come.';
  return undefined;
}

/** The two readings where the clocks change, to choose from. */
export function readingsOf(choice: StartChoice): Extract<Meaning, { earlier: string }> | null {
  const meaning = meaningOf(choice.local, choice.zone);
  return meaning.kind === 'gap' || meaning.kind === 'fold' ? meaning : null;
}

export function startRequest(choice: StartChoice): Schemas['StartAt'] | null {
  if (!choice.later) return null;
  return { local: choice.local, time_zone: choice.zone, ...(choice.which === null ? {} : { disambiguation: choice.which }) };
}

/** Zones to choose from: the shop's and the reader's first. */
export function zonesFor(shop: string, own: string, all: readonly string[]): [value: string, word: string][] {
  const first: [string, string][] = shop === own ? [[shop, `${shop} (the shop and you)`]] : [[shop, `${shop} (the shop)`], [own, `${own} (you)`]];
  const rest = [...new Set(['UTC', ...all])].filter((zone) => zone !== shop && zone !== own);
  return [...first, ...rest.map((zone): [string, string] => [zone, zone])];
}
