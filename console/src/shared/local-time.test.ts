import { describe, expect, it } from 'vitest';
import { fromLocalInput, toLocalInput } from './local-time';

describe('the reader’s clock', () => {
  it('gives back what it was given, to the minute', () => {
    for (const instant of ['2026-01-05T03:07:00.000Z', '2026-12-31T23:59:00.000Z']) {
      expect(fromLocalInput(toLocalInput(new Date(instant)))).toBe(instant);
    }
  });

  it('knows when a text is no time yet', () => {
    expect([fromLocalInput(''), fromLocalInput('2026-13-01T00:00')]).toEqual([null, null]);
    expect(toLocalInput(new Date('yesterday'))).toBe('');
  });
});
