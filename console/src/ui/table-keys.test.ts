import { describe, expect, it } from 'vitest';
import { placesBetween, rowAfterKey } from './table-keys';

describe('keys in a table', () => {
  it('go down and up, by arrows and by letters', () => {
    expect(rowAfterKey('ArrowDown', 3, 10)).toBe(4);
    expect(rowAfterKey('j', 3, 10)).toBe(4);
    expect(rowAfterKey('k', 3, 10)).toBe(2);
    expect(rowAfterKey('PageDown', 3, 100)).toBe(23);
    expect(rowAfterKey('End', 3, 50_000)).toBe(49_999);
  });

  it('stop at both ends', () => {
    expect(rowAfterKey('ArrowUp', 0, 10)).toBe(0);
    expect(rowAfterKey('PageDown', 9, 10)).toBe(9);
    expect(rowAfterKey('Home', 0, 0)).toBeNull();
  });

  it('are left alone where they mean nothing, letters also where they are switched off', () => {
    expect(rowAfterKey('q', 0, 10)).toBeNull();
    expect(rowAfterKey('toString', 0, 10)).toBeNull();
    expect(rowAfterKey('j', 0, 10, false)).toBeNull();
    expect(rowAfterKey('ArrowDown', 0, 10, false)).toBe(1);
  });

  it('with Shift take along what lies between', () => {
    expect(placesBetween(3, 6)).toEqual([3, 4, 5, 6]);
    expect(placesBetween(6, 3)).toEqual([3, 4, 5, 6]);
    expect(placesBetween(2, 2)).toEqual([2]);
  });
});
