import { describe, expect, it } from 'vitest';
import { checkedWhen, verdictOf } from './verdict';

describe('what is known of a text', () => {
  it('never calls valid what nobody checked', () => {
    expect(verdictOf(checkedWhen(false, true), [])).toEqual({ word: 'Not checked', glyph: 'skipped', tone: 'neutral' });
    expect(verdictOf(checkedWhen(false, false), []).word).toBe('Valid');
  });

  it('counts what is to be mended, and says when it looks again', () => {
    expect(verdictOf(checkedWhen(false, false), [{}, {}]).word).toBe('2 faults to mend');
    expect(verdictOf(checkedWhen(true, true), [{}])).toEqual({ word: 'Checking', glyph: 'wait', tone: 'blocked' });
  });
});
