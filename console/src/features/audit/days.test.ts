import { describe, expect, it } from 'vitest';
import { byDay } from './days';

const at = (recorded_at: string) => ({ recorded_at });

describe('records by day', () => {
  it('belong to the day of the shop, not of UTC', () => {
    const days = byDay([at('2026-11-21T23:30:00Z'), at('2026-11-21T22:30:00Z'), at('2026-11-21T10:00:00Z')], 'Europe/Berlin', 'en-GB');
    expect(days.map(({ date, records }) => [date, records.length])).toEqual([
      ['2026-11-22', 1],
      ['2026-11-21', 2],
    ]);
    expect(days[0]?.label).toMatch(/^Sunday,? 22 November 2026$/);
  });

  it('stay in the order in which they came', () => {
    expect(byDay([], 'UTC')).toEqual([]);
    expect(byDay([at('2026-11-20T10:00:00Z'), at('2026-11-21T10:00:00Z')], 'UTC').map(({ date }) => date)).toEqual(['2026-11-20', '2026-11-21']);
  });
});
