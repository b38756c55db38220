import { describe, expect, it } from 'vitest';
import { breakWords, chainWord, headFault } from './chain-words';

describe('the chain', () => {
  it('is whole, broken, or has nothing in it yet', () => {
    expect(chainWord({ intact: true, sealed: 3 }).word).toBe('Whole');
    expect(chainWord({ intact: false, sealed: 3 })).toMatchObject({ word: 'Broken', tone: 'blocked' });
    expect(chainWord({ intact: true, sealed: 0 }).tone).toBe('neutral');
  });

  it('breaks in words', () => {
    expect(breakWords('record_changed')).toBe('A record was altered');
    expect(breakWords('moon_fell')).toBe('Moon fell');
  });

  it('has heads of 64 digits', () => {
    expect(headFault('')).toBeUndefined();
    expect(headFault(` ${'aF'.repeat(32)} `)).toBeUndefined();
    expect(headFault('af')).toBeDefined();
  });
});
