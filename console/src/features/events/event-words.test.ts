import { describe, expect, it } from 'vitest';
import { ageInWords, behindInWords, consumerState, position, replayInWords, spanFault } from './event-words';

const consumer = { name: 'webhooks', behind: 0, age_s: 0, per_minute: 0, retrying: 0, dead: 0 };

describe('a consumer', () => {
  it('is called by the worst that is true of it', () => {
    expect(consumerState(consumer).word).toBe('Up to date');
    expect(consumerState({ ...consumer, behind: 3 }).word).toBe('Catching up');
    expect(consumerState({ ...consumer, behind: 3, retrying: 1 }).word).toBe('Trying again');
    expect(consumerState({ ...consumer, behind: 3, retrying: 1, dead: 2 }).word).toBe('Has dead letters');
    expect(consumerState({ ...consumer, dead: 2, last_error: 'connection refused' }).word).toBe('Held up');
  });

  it('lags in words', () => {
    expect([0, 59, 60, 7_200, 200_000].map(ageInWords)).toEqual(['0 s', '59 s', '1 min', '2 h', '2 d']);
    expect(behindInWords(100_000)).toMatch(/or more$/);
    expect(behindInWords(12)).toBe('12');
  });
});

describe('a replay', () => {
  it('needs a consumer and a span that goes forward', () => {
    expect(spanFault('', '1', '2')).toBe('Choose a consumer.');
    expect(spanFault('webhooks', '', '2')).toBeDefined();
    expect(spanFault('webhooks', '5', '2')).toBe('The last number comes before the first.');
    expect(spanFault('webhooks', '2', '2')).toBeUndefined();
  });

  it('takes whole numbers from one on', () => {
    expect(['7', ' 7 ', '0', '-1', '1.5', '1e3', ''].map(position)).toEqual([7, 7, null, null, null, null, null]);
  });

  it('says how far it is', () => {
    const span = { from_position: 11, to_position: 20, delivered: 4, finished_at: null };
    expect(replayInWords(span)).toBe('4 events of at most 10 handed over');
    expect(replayInWords({ ...span, delivered: 9, finished_at: '2026-11-21T12:00:00Z' })).toBe('9 events handed over');
  });
});
