import type { States } from '../../gallery/states';
import { startNow, type StartChoice } from './schedule';
import { ScheduleFields } from './schedule-fields';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const later = (local: string, which: StartChoice['which'] = null): StartChoice => ({ later: true, local, zone: 'Europe/Paris', which });
const shown = (choice: StartChoice, refused = {}) => <ScheduleFields choice={choice} onChange={() => undefined} nowMs={nowMs} refused={refused} zones={['America/New_York', 'Europe/Paris']} />;

export const states: States = {
  now: () => shown(startNow('Europe/Paris')),
  empty: () => shown(later('')),
  ready: () => shown(later('2026-11-27T09:00')),
  past: () => shown(later('2026-11-20T09:00')),
  'does-not-exist': () => shown(later('2027-03-28T02:30')),
  'happens-twice': () => shown(later('2027-10-31T02:30')),
  'later-of-two': () => shown(later('2027-10-31T02:30', 'later')),
  refused: () => shown(later('2026-11-27T09:00'), { local: 'As things stand it could not start then. 3 planned prices would come out otherwise now. The first, TE-001-MOSS, is stopped by the guardrail freeze.' }),
};
