import { describe, expect, it } from 'vitest';
import { keeping, stretchesOf, type Drawn } from './stretches';

const rowsAt = (...indexes: number[]): Drawn[] => indexes.map((index) => ({ index, start: index * 40, end: index * 40 + 40 }));

const height = (drawn: Drawn[], total: number) => stretchesOf(drawn, total).reduce((sum, stretch) => sum + (stretch.kind === 'gap' ? stretch.size : 40), 0);

describe('the stretches of a long table', () => {
  it('are always as high as all rows together', () => {
    for (const drawn of [[], rowsAt(0, 1, 2), rowsAt(7, 8), rowsAt(0, 40, 41), rowsAt(99)]) expect(height(drawn, 4_000)).toBe(4_000);
  });

  it('stand before, between and after what is drawn', () => {
    expect(stretchesOf(rowsAt(1, 4), 240)).toEqual([
      { kind: 'gap', key: 'before 1', size: 40 },
      { kind: 'row', index: 1 },
      { kind: 'gap', key: 'before 4', size: 80 },
      { kind: 'row', index: 4 },
      { kind: 'gap', key: 'end', size: 40 },
    ]);
  });

  it('leave no gap where rows meet', () => {
    expect(stretchesOf(rowsAt(0, 1), 80)).toEqual([
      { kind: 'row', index: 0 },
      { kind: 'row', index: 1 },
    ]);
  });
});

describe('the row with the focus', () => {
  it('is drawn in its place, once, and only if there is such a row', () => {
    expect(keeping([5, 6], 2, 10)).toEqual([2, 5, 6]);
    expect(keeping([5, 6], 12, 20)).toEqual([5, 6, 12]);
    expect(keeping([5, 6], 6, 10)).toEqual([5, 6]);
    expect(keeping([5, 6], 12, 10)).toEqual([5, 6]);
    expect(keeping([], -1, 10)).toEqual([]);
  });
});
