import { describe, expect, it } from 'vitest';
import { commonLines, sideBySide } from './text-difference';

describe('two texts side by side', () => {
  it('keep what both say on one line', () => {
    expect(sideBySide('a\nb\nc\n', 'a\nx\nc\nd')).toEqual([
      { left: 'a', right: 'a', same: true },
      { left: 'b', right: 'x', same: false },
      { left: 'c', right: 'c', same: true },
      { left: null, right: 'd', same: false },
    ]);
    expect(sideBySide('a', 'a')).toEqual([{ left: 'a', right: 'a', same: true }]);
  });

  it('lose no line and change no order', () => {
    const texts = ['a\nb\nb\nc', 'b\na\nc\nb\nd', 'd', 'x\ny\nz'];
    for (const left of texts) {
      for (const right of texts) {
        const rows = sideBySide(left, right);
        expect(rows.flatMap((row) => row.left ?? []).join('\n')).toBe(left);
        expect(rows.flatMap((row) => row.right ?? []).join('\n')).toBe(right);
      }
    }
  });

  it('find as many common lines as there are', () => {
    expect(commonLines([...'abcbdab'], [...'bdcaba'])).toHaveLength(4);
  });
});
