import { describe, expect, it } from 'vitest';
import { startFault, startNow, startRequest, startsAt, timeFault, zonesFor, type StartChoice } from './schedule';

const now = Date.parse('2026-11-21T12:00:00Z');
const choice = (local: string, which: StartChoice['which'] = null): StartChoice => ({ later: true, local, zone: 'Europe/Paris', which });

describe('when to apply', () => {
  it('is now unless said', () => {
    expect(startFault(startNow('Europe/Paris'), now)).toBeUndefined();
    expect(startRequest(startNow('Europe/Paris'))).toBeNull();
  });

  it('is a time of a zone, sent as it was chosen', () => {
    expect(startFault(choice('2026-11-27T09:00'), now)).toBeUndefined();
    expect(startsAt(choice('2026-11-27T09:00'))).toBe('2026-11-27T08:00:00Z');
    expect(startRequest(choice('2026-11-27T09:00'))).toEqual({ local: '2026-11-27T09:00', time_zone: 'Europe/Paris' });
  });

  it('needs a time to come', () => {
    expect(startFault(choice(''), now)).toBe('Choose when to start.');
    expect(timeFault(choice(''), now)).toBeUndefined();
    expect(timeFault(choice('2026-11-21T13:00'), now)).toBe('This is past: it is 2026-11-21 13:00 in Europe/Paris.');
    expect(startFault(choice('2026-11-21T13:00'), now)).toBe('Choose a time that is one instant to come.');
    expect(timeFault(choice('2026-11-21T13:01'), now)).toBeUndefined();
  });

  it('needs a word where the clocks change', () => {
    for (const [local, says] of [
      ['2027-03-28T02:30', 'does not exist'],
      ['2027-10-31T02:30', 'happens twice'],
    ] as const) {
      expect(timeFault(choice(local), now)).toContain(says);
      expect(startFault(choice(local), now)).toBeDefined();
      expect(startFault(choice(local, 'later'), now)).toBeUndefined();
      expect(startRequest(choice(local, 'later'))).toMatchObject({ disambiguation: 'later' });
    }
    expect(startsAt(choice('2027-10-31T02:30', 'earlier'))).toBe('2027-10-31T00:30:00Z');
    expect(startsAt(choice('2027-10-31T02:30', 'later'))).toBe('2027-10-31T01:30:00Z');
  });

  it('offers the zones of the shop and the reader first, each once', () => {
    const all = ['America/New_York', 'Europe/Berlin', 'Europe/Paris'];
    expect(zonesFor('Europe/Berlin', 'America/New_York', all).map(([zone]) => zone)).toEqual(['Europe/Berlin', 'America/New_York', 'UTC', 'Europe/Paris']);
    expect(zonesFor('UTC', 'UTC', all)).toHaveLength(4);
  });
});
