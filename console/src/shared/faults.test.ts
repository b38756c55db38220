import { describe, expect, it } from 'vitest';
import { lineSpan, placedFault } from './faults';

describe('a fault', () => {
  it('names its line when the server did', () => {
    expect(placedFault({ pointer: '/steps/0', code: 'x', detail: 'line 7: not a number\nwrite -10' })).toEqual({ line: 7, pointer: '/steps/0', detail: 'not a number\nwrite -10' });
    expect(placedFault({ pointer: '/steps/0', code: 'x', detail: 'line 7, column 12: not a number' })).toEqual({ line: 7, pointer: '/steps/0', detail: 'not a number' });
    expect(placedFault({ pointer: '/name', code: 'x', detail: 'a rule needs a name' }).line).toBeNull();
  });

  it('is found in the text', () => {
    const text = 'one\ntwo\nthree';
    expect(text.slice(...lineSpan(text, 2))).toBe('two');
    expect(text.slice(...lineSpan(text, 3))).toBe('three');
    expect(text.slice(...lineSpan(text, 99))).toBe('three');
  });
});
