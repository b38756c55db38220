import { describe, expect, it } from 'vitest';
import { countOf, formatAmount, formatClock, formatDuration, formatInstant, formatLevel, formatMoney, formatPercent, formatRelative, formatUntil, spokenPercent } from './format';

const eur = (amount: string) => ({ amount, currency: 'EUR' });

describe('money', () => {
  it('is formatted digit for digit, beyond what a binary fraction holds', () => {
    expect(formatAmount(eur('92233720368547758.07'), 'en')).toBe('92,233,720,368,547,758.07');
    expect(formatAmount(eur('0.10'), 'en')).toBe('0.10');
  });

  it('has as many decimals as the server sent', () => {
    expect(formatMoney({ amount: '1200', currency: 'JPY' }, 'en')).toBe('¥1,200');
    expect(formatMoney({ amount: '1.234', currency: 'KWD' }, 'en').replace(/\s/g, ' ')).toBe('KWD 1.234');
    expect(formatMoney(eur('161.90'), 'de').replace(/\s/g, ' ')).toBe('161,90 €');
  });

  it('has a true minus', () => {
    expect(formatAmount(eur('-2.10'), 'en')).toBe('\u22122.10');
  });
});

describe('a change in percent', () => {
  it('shows its sign, for rises too', () => {
    expect(formatPercent('-11.80', 'en')).toBe('\u221211.80\u202f%');
    expect(formatPercent('4.10', 'en')).toBe('+4.10\u202f%');
    expect(formatPercent('0.00', 'en')).toBe('0.00\u202f%');
    expect(formatPercent('many', 'en')).toBe('many');
  });

  it('is something else than a height, which has no plus sign', () => {
    expect(formatLevel('31.2', 'en')).toBe('31.2\u202f%');
    expect(formatLevel('-2.00', 'en')).toBe('\u22122.00\u202f%');
  });

  it('is said in words', () => {
    expect(spokenPercent('-11.80')).toBe('down 11.8 percent');
    expect(spokenPercent('10.00')).toBe('up 10 percent');
    expect(spokenPercent('0.00')).toBe('unchanged');
  });
});

describe('counts', () => {
  it('have a singular', () => {
    expect(countOf(1, 'price', 'prices')).toBe('1 price');
    expect(countOf(3214, 'price', 'prices')).toMatch(/^3.214 prices$/);
  });
});

describe('time', () => {
  it('is the wall clock of the shop, on both sides of a change of clocks', () => {
    expect(formatInstant('2026-10-25T00:30:00Z', 'Europe/Berlin', 'en-GB')).toBe('25 Oct 2026, 02:30');
    expect(formatInstant('2026-10-25T01:30:00Z', 'Europe/Berlin', 'en-GB')).toBe('25 Oct 2026, 02:30');
    expect(formatInstant('2026-03-29T01:00:00Z', 'Europe/Berlin', 'en-GB')).toBe('29 Mar 2026, 03:00');
    expect(formatInstant('yesterday', 'Europe/Berlin')).toBe('yesterday');
    expect(formatClock('2026-11-21T13:02:11Z', 'Europe/Berlin', 'en-GB')).toBe('14:02:11');
    expect(formatClock('yesterday', 'Europe/Berlin')).toBe('yesterday');
  });

  it('is relative for a day and no longer', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatRelative('2026-11-21T11:59:30Z', now, 'en')).toBe('now');
    expect(formatRelative('2026-11-21T11:55:00Z', now, 'en')).toBe('5 minutes ago');
    expect(formatRelative('2026-11-20T13:00:00Z', now, 'en')).toBe('23 hours ago');
    expect(formatRelative('2026-11-20T12:00:00Z', now, 'en')).toBeNull();
  });

  it('says how long it is until an instant', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    for (const [instant, says] of [
      ['2026-11-21T11:00:00Z', 'now'],
      ['2026-11-21T12:00:59Z', 'now'],
      ['2026-11-21T12:45:00Z', 'in 45 minutes'],
      ['2026-11-21T15:00:00Z', 'in 3 hours'],
      ['2026-11-23T11:59:00Z', 'in 47 hours'],
      ['2026-11-27T12:00:00Z', 'in 6 days'],
    ] as const) {
      expect(formatUntil(instant, now, 'en')).toBe(says);
    }
  });

  it('between two instants is told in two units at most', () => {
    expect(formatDuration('2026-11-21T12:00:00Z', '2026-11-21T12:00:07Z')).toBe('7 s');
    expect(formatDuration('2026-11-21T12:00:00Z', '2026-11-21T12:01:24Z')).toBe('1 min 24 s');
    expect(formatDuration('2026-11-21T12:00:00Z', '2026-11-21T14:05:00Z')).toBe('2 h 5 min');
  });
});
