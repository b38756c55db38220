// The gallery's time stands still, so that what it shows today is what it shows tomorrow. Timers run on.

/** When everything in the gallery happens. */
export const NOW = '2026-11-21T12:00:00Z';

const nowMs = Date.parse(NOW);

class StandingDate extends Date {
  constructor(...given: [] | [value: number | string | Date]) {
    super(...((given.length === 0 ? [nowMs] : given) as [number]));
  }

  static override now() {
    return nowMs;
  }
}

export function stopTheClock() {
  globalThis.Date = StandingDate as DateConstructor;
}
