import { describe, expect, it } from 'vitest';
import { nextBehind, stillAsked } from './row-moves';

const rows = [{ row: 3 }, { row: 8 }];

describe('the next violation', () => {
  it('is the first one behind, and after the last the first again', () => {
    expect(nextBehind(rows, 1)?.row).toBe(3);
    expect(nextBehind(rows, 3)?.row).toBe(8);
    expect(nextBehind(rows, 8)?.row).toBe(3);
    expect(nextBehind(rows, undefined)?.row).toBe(3);
  });

  it('does not begin anew while more follow', () => {
    expect(nextBehind(rows, 8, true)).toBeUndefined();
    expect(nextBehind(rows, 3, true)?.row).toBe(8);
  });

  it('is none where there is no other', () => {
    expect(nextBehind([], 1)).toBeUndefined();
    expect(nextBehind([{ row: 4 }], 4)).toBeUndefined();
  });
});

describe('rows asked for in one go', () => {
  it('are on their way until the page shows them', () => {
    expect(stillAsked(['b', 'c'], 'b')).toEqual(['c']);
    expect(stillAsked(['c'], 'c')).toEqual([]);
  });

  it('may be skipped', () => {
    expect(stillAsked(['b', 'c', 'd'], 'c')).toEqual(['d']);
    expect(stillAsked(['b', 'c', 'b'], 'b')).toEqual([]);
  });

  it('count no more where something else led elsewhere', () => {
    expect(stillAsked(['b', 'c'], 'x')).toEqual([]);
    expect(stillAsked([], 'a')).toEqual([]);
  });
});
