import { expect, test } from 'vitest';
import { dateIn, dayName, weekOf } from './week';

const run = (id: string, created_at: string) => ({ id, price_change_id: 'pch_1', created_at, kind: 'apply', state: 'applied', title: id, total: 1, actor: 'a' });

test('a day is the day of the shop', () => {
  const late = Date.parse('2026-11-20T23:30:00Z');
  expect(dateIn('Europe/Berlin', late)).toBe('2026-11-21');
  expect(dateIn('America/New_York', late)).toBe('2026-11-20');
});

test('seven days end today and hold their runs in order', () => {
  const week = weekOf([run('b', '2026-11-20T23:40:00Z'), run('a', '2026-11-20T23:30:00Z'), run('old', '2026-11-01T10:00:00Z')], 'Europe/Berlin', Date.parse('2026-11-21T09:00:00Z'));
  expect(week.map((day) => day.date)).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21']);
  expect(week[6]?.runs.map((each) => each.id)).toEqual(['a', 'b']);
  expect(week.flatMap((day) => day.runs)).toHaveLength(2);
});

test('the week has seven different days when the clocks change', () => {
  for (const now of ['2026-10-25T00:30:00Z', '2026-10-25T23:30:00Z', '2026-03-29T00:59:00Z', '2026-03-29T22:30:00Z']) {
    const dates = weekOf([], 'Europe/Berlin', Date.parse(now)).map((day) => day.date);
    expect(new Set(dates).size).toBe(7);
    expect(dates[6]).toBe(dateIn('Europe/Berlin', Date.parse(now)));
  }
});

test('a day has a short name', () => {
  expect(dayName('2026-11-21', 'en-GB')).toBe('Sat 21');
});
