import { describe, expect, it } from 'vitest';
import { clockChanges, instantOf, meaningOf, wallClock } from './wall-clock';

describe('what a clock on the wall means', () => {
  it.each([
    ['2026-11-27T09:00', 'Europe/Paris', '2026-11-27T08:00:00Z'],
    ['2026-06-27T09:00', 'Europe/Paris', '2026-06-27T07:00:00Z'],
    ['2026-11-27T09:00', 'America/New_York', '2026-11-27T14:00:00Z'],
    ['2026-11-27T09:00', 'Asia/Kathmandu', '2026-11-27T03:15:00Z'],
    ['2026-11-27T00:00', 'UTC', '2026-11-27T00:00:00Z'],
    // The hours beside a change of the clocks are like any other.
    ['2027-03-28T01:59', 'Europe/Paris', '2027-03-28T00:59:00Z'],
    ['2027-03-28T03:00', 'Europe/Paris', '2027-03-28T01:00:00Z'],
    ['2026-10-25T01:59', 'Europe/Paris', '2026-10-24T23:59:00Z'],
    ['2026-10-25T03:00', 'Europe/Paris', '2026-10-25T02:00:00Z'],
  ])('%s in %s is one instant', (local, zone, at) => {
    expect(meaningOf(local, zone)).toEqual({ kind: 'one', at });
  });

  it.each([
    ['2027-03-28T02:30', 'Europe/Paris', 'gap', '2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z'],
    ['2026-10-25T02:30', 'Europe/Paris', 'fold', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
    ['2026-11-01T01:00', 'America/New_York', 'fold', '2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z'],
    // Lord Howe puts its clocks forward by half an hour.
    ['2026-10-04T02:15', 'Australia/Lord_Howe', 'gap', '2026-10-03T15:15:00Z', '2026-10-03T15:45:00Z'],
  ])('%s in %s is a %s', (local, zone, kind, earlier, later) => {
    expect(meaningOf(local, zone)).toEqual({ kind, earlier, later });
  });

  it.each([
    ['', 'Europe/Paris'],
    ['2026-11-27', 'Europe/Paris'],
    ['2026-02-30T09:00', 'Europe/Paris'],
    ['2026-11-27T24:00', 'Europe/Paris'],
    ['2026-11-27T09:00', 'Mars/Base'],
  ])('“%s” in %s is no time', (local, zone) => {
    expect(meaningOf(local, zone)).toEqual({ kind: 'none' });
  });

  it.each([
    ['2026-11-27T09:00', '2026-11-27T08:00:00Z'],
    ['2026-10-25T02:30', '2026-10-25T01:30:00Z'],
    ['2026-03-29T02:30', '2026-03-29T01:30:00Z'],
    ['soon', null],
  ])('“%s” is taken for one instant', (local, at) => {
    expect(instantOf(local, 'Europe/Paris')).toBe(at);
  });

  it('is what the clocks show then', () => {
    for (let hour = 0; hour < 24 * 366; hour += 7) {
      const instantMs = Date.UTC(2026, 9, 1, hour);
      const local = wallClock(instantMs, 'Europe/Paris');
      const meaning = meaningOf(local, 'Europe/Paris');
      const meant = meaning.kind === 'one' ? [meaning.at] : meaning.kind === 'none' ? [] : [meaning.earlier, meaning.later];
      expect(meant.map((at) => Date.parse(at)), local).toContain(instantMs);
    }
  });
});

describe('where clocks change', () => {
  const between = (zone: string, from: string, until: string) => clockChanges(zone, Date.parse(from), Date.parse(until));

  it('is told to the minute, forward and back', () => {
    expect(between('Europe/Berlin', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual([
      { at: '2026-03-29T01:00:00Z', minutes: 60 },
      { at: '2026-10-25T01:00:00Z', minutes: -60 },
    ]);
    expect(between('Australia/Lord_Howe', '2026-09-30T12:00:00Z', '2026-10-08T00:00:00Z')).toEqual([{ at: '2026-10-03T15:30:00Z', minutes: 30 }]);
  });

  it('counts a change at the end and none at the beginning', () => {
    expect(between('Europe/Berlin', '2026-10-24T00:00:00Z', '2026-10-25T01:00:00Z').length).toBe(1);
    expect(between('Europe/Berlin', '2026-10-25T01:00:00Z', '2026-11-25T01:00:00Z')).toEqual([]);
  });

  it('is nowhere where they stand, and for a zone that nobody knows', () => {
    expect(between('UTC', '2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([]);
    expect(between('Mars/Olympus', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual([]);
    expect(between('Europe/Berlin', '2027-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([]);
  });
});
