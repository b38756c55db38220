import { describe, expect, it } from 'vitest';
import { scaleOver } from './scale';

describe('a scale', () => {
  it('puts the least at one end and the most at the other', () => {
    const at = scaleOver(['10', '30', '20.00'], 100);
    expect([at('10'), at('20'), at('30')]).toEqual([0, 50, 100]);
  });

  it('leaves room where asked, and keeps what lies outside at the edge', () => {
    const at = scaleOver(['0', '10'], 100, 0.1);
    expect([at('0'), at('10'), at('99')]).toEqual([10, 90, 90]);
  });

  it('stands in the middle where there is no span, and for what is no number', () => {
    expect(scaleOver(['5', '5'], 100)('5')).toBe(50);
    expect(scaleOver([], 100)('1')).toBe(50);
    expect(scaleOver(['1', '2'], 100)('none')).toBe(50);
  });
});
