import { describe, expect, it } from 'vitest';
import { isRestless, pairInWords, ruleRemark } from './conflict-words';

const rule = { rule: 'a v1', in_force: true, selects: 3, takes_part: 3, can_select: { answer: 'possible' }, can_take_part: { answer: 'possible' }, covered_by: [] };
const pair = { first: 'a v1', second: 'b v2', overlap: 0, first_wins: 0, second_wins: 0, together: 0, tried: 0, flip_flops: 0, drifts: 0, examples: [], can_overlap: { answer: 'impossible' } };

describe('a rule among the others', () => {
  it('is remarked on only where something is odd, the worst first', () => {
    expect(ruleRemark(rule)).toBeNull();
    expect(ruleRemark({ ...rule, can_select: { answer: 'impossible' }, selects: 0 })).toContain('contradict');
    expect(ruleRemark({ ...rule, can_take_part: { answer: 'impossible' }, takes_part: 0, covered_by: ['b v2'] })).toBe('It can never take part: b v2 takes every variant from it.');
    expect(ruleRemark({ ...rule, in_force: false, selects: 0, takes_part: 0 })).toContain('schedule');
    expect(ruleRemark({ ...rule, takes_part: 0, covered_by: ['b v2'] })).toContain('now');
  });
});

describe('two rules', () => {
  it('tell who wins where', () => {
    expect(pairInWords({ ...pair, overlap: 12, first_wins: 11, together: 1, can_overlap: { answer: 'possible' } })).toEqual(['Both select 12 variants.', 'a v1 wins on 11 of them.', 'Both take part on 1 of them.']);
    expect(pairInWords({ ...pair, can_overlap: { answer: 'possible' } })[0]).toContain('one could be');
    expect(pairInWords(pair)).toEqual([]);
  });

  it('are restless where the price does not settle', () => {
    const restless = { ...pair, flip_flops: 2, flip_flop: { variant_id: 'var_1', prices: [{ amount: '9.00', currency: 'EUR' }, { amount: '10.00', currency: 'EUR' }] } };
    expect([isRestless(pair), isRestless(restless)]).toEqual([false, true]);
    expect(pairInWords(restless)[0]).toMatch(/to and fro on 2 variants \(.*9.00, .*10.00, and again\)\.$/);
  });
});
