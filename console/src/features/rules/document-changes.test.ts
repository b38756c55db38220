import { describe, expect, it } from 'vitest';
import { documentChanges } from './document-changes';

const stored = {
  schema: 'rule.v1',
  name: 'a',
  select: { all: [{ tag: { is: 'tent' } }, { price: { lt: { amount: '50.00', currency: 'EUR' } } }] },
  steps: [{ percent: '-10' }, { amount: { amount: '-1.00', currency: 'EUR' } }],
  constraints: { maximum_move: { percent: '15' } },
};

describe('what two versions say differently', () => {
  it('is nothing where they say the same', () => {
    expect(documentChanges(stored, structuredClone(stored))).toEqual([]);
  });

  it('is told by place and in words', () => {
    const later = {
      ...stored,
      description: 'why',
      select: { all: [{ tag: { is: 'tent' } }, { price: { lt: { amount: '60.00', currency: 'EUR' } } }, { not: { vendor: { in: ['Kar'] } } }] },
      steps: [{ percent: '-12' }],
      constraints: { maximum_move: { percent: '20' }, floor: { amount: '5.00', currency: 'EUR' } },
    };
    expect(documentChanges(stored, later)).toEqual([
      { where: 'description', before: null, after: 'why' },
      { where: 'condition 2', before: 'the price is below 50.00 EUR', after: 'the price is below 60.00 EUR' },
      { where: 'condition 3', before: null, after: 'not (the vendor is Kar)' },
      { where: 'step 1', before: 'take 10 % off', after: 'take 12 % off' },
      { where: 'step 2', before: 'take 1.00 EUR off', after: null },
      { where: 'maximum move, percent', before: '15', after: '20' },
      { where: 'floor', before: null, after: '5.00 EUR' },
    ]);
  });

  it('keeps what only moved apart from what is new', () => {
    expect(documentChanges({ steps: [{ percent: '1' }, { percent: '2' }] }, { steps: [{ percent: '3' }, { percent: '1' }, { percent: '2' }] })).toEqual([{ where: 'step 1', before: null, after: 'add 3 %' }]);
  });

  it('looks into branches, and tells a group that became something else as a whole', () => {
    const branch = (percent: string) => ({ steps: [{ if: { when: { cost: { is_set: true } }, then: [{ percent }] } }] });
    expect(documentChanges(branch('1'), branch('2'))).toEqual([{ where: 'step 1, if, for those, step 1', before: 'add 1 %', after: 'add 2 %' }]);
    expect(documentChanges({ select: { all_variants: true } }, { select: { any: [{ tag: { is: 'a' } }] } })).toEqual([{ where: 'which variants', before: 'any variant', after: 'a tag is a' }]);
    expect(documentChanges({ select: { vendor: { is: 'a' } } }, { select: { vendor: { is: 'b' } } })).toEqual([{ where: 'which variants', before: 'the vendor is a', after: 'the vendor is b' }]);
  });
});
