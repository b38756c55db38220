import { describe, expect, it } from 'vitest';
import { isSale, placeInWords, timeInWords } from './rule-words';

const sale = { schedule: { zone: 'Europe/Berlin', at: '2026-11-16T00:00', until: '2026-11-23T00:00' } };
const weekly = { schedule: { zone: 'Europe/Berlin', every: 'friday at 18:00', for: '6h' } };

describe('the time of a rule', () => {
  it('is told with its zone', () => {
    expect(timeInWords(sale)).toBe('2026-11-16 00:00 until 2026-11-23 00:00 (Europe/Berlin)');
    expect(timeInWords(weekly)).toBe('every friday at 18:00 for 6h (Europe/Berlin)');
    expect(timeInWords({ schedule: { zone: 'UTC', every: '0 6 * * 1-5', until: '2027-01-01T00:00' } })).toBe('cron 0 6 * * 1-5 until 2027-01-01 00:00 (UTC)');
    expect(timeInWords({ schedule: { zone: 'UTC', every: '15 minutes' } })).toBe('every 15 minutes (UTC)');
    expect(timeInWords({ name: 'always' })).toBeNull();
    expect(timeInWords(null)).toBeNull();
  });

  it('makes a sale of what ends', () => {
    expect([sale, weekly, { schedule: { zone: 'UTC', at: '2026-11-16T00:00' } }, {}].map(isSale)).toEqual([true, true, false, false]);
  });
});

describe('the place of a rule', () => {
  it('is told where it is not as usual', () => {
    expect(placeInWords({ priority: 10, group: 'seasonal', stack: true })).toBe('priority 10, group seasonal, stacks');
    expect(placeInWords({ priority: 0, stack: false })).toBeNull();
  });
});
