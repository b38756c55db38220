import { describe, expect, it } from 'vitest';
import { pathOf, whereInWords } from './place-words';

describe('a place in a rule', () => {
  it('is said as people count', () => {
    const said = (pointer: string) => whereInWords(pathOf(pointer));
    expect(said('/steps/0/percent')).toBe('step 1, percent');
    expect(said('/select/all/1/not/price/lt')).toBe('condition 2, not, price, lt');
    expect(said('/select')).toBe('which variants');
    expect(said('/select/all')).toBe('all');
    expect(said('/constraints/maximum_move/percent')).toBe('maximum move, percent');
    expect(said('/steps/1/if/when/vendor/is')).toBe('step 2, if, vendor, is');
    expect(said('/tests/2/expect/price')).toBe('test 3, expect, price');
    expect(said('')).toBe('the rule');
  });

  it('is read with its slashes', () => {
    expect(pathOf('/a~1b/0')).toEqual(['a/b', '0']);
  });
});
