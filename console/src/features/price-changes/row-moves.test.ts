import { describe, expect, it } from 'vitest';
import { nextBehind } from './row-moves';

const rows = [{ row: 3 }, { row: 8 }];

describe('the next violation', () => {
  it('is the first one behind, and after the last the first again', () => {
    expect(nextBehind(rows, 1)?.row).toBe(3);
    expect(nextBehind(rows, 3)?.row).toBe(8);
    expect(nextBehind(rows, 8)?.row).toBe(3);
    expect(nextBehind(rows, undefined)?.row).toBe(3);
  });

  it('is none where there is no other', () => {
    expect(nextBehind([], 1)).toBeUndefined();
    expect(nextBehind([{ row: 4 }], 4)).toBeUndefined();
  });
});
