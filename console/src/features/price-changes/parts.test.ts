import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { movedSince, OUTCOMES, outcomesAskedFor, partAskedFor, partsOf, rowsOfBin } from './parts';

const change = {
  impact: { counts: { raise: 412, cut: 2_790, same: 15_000, blocked: 12, skipped: 688, not_selected: 40 }, histogram: [] },
  checks: [],
  verdicts: [{ verdict: 'violated' }, { verdict: 'passed' }] as Schemas['PlanVerdict'][],
} satisfies Pick<Schemas['PriceChange'], 'impact' | 'verdicts' | 'checks'>;

describe('the parts of a price change', () => {
  it('count every row of the plan once, and what stops it', () => {
    const counts = Object.fromEntries(partsOf(change).map((part) => [part.value, part.count]));
    expect(counts).toEqual({ overview: undefined, changes: 3_214, violations: 13, unchanged: 15_688, discussion: undefined, activity: undefined });
  });

  it('have what moved only where something did', () => {
    const stale = { ...change, checks: [{ code: 'fresh', status: 'block', detail: '2 planned prices moved since this was planned.' }] };
    expect(partsOf(change).map(({ value }) => value)).not.toContain('moved');
    expect(partsOf(stale).map(({ value }) => value)).toContain('moved');
    expect(movedSince(stale)).toContain('2 planned prices');
  });

  it('are found by their name in the address', () => {
    expect(partAskedFor('changes', partsOf(change))).toBe('changes');
    expect(partAskedFor('', partsOf(change))).toBe('overview');
    expect(partAskedFor('toString', partsOf(change))).toBe('overview');
  });
});

describe('the rows of a part', () => {
  it('are all of its own unless some were chosen', () => {
    expect(outcomesAskedFor('changes', [], '')).toEqual(OUTCOMES.changes);
    expect(outcomesAskedFor('changes', ['cut'], '')).toEqual(['cut']);
    expect(outcomesAskedFor('unchanged', ['cut'], '')).toEqual(OUTCOMES.unchanged);
  });

  it('are of any outcome where a guardrail is asked for', () => {
    expect(outcomesAskedFor('changes', [], 'below_cost')).toEqual([]);
    expect(outcomesAskedFor('changes', ['blocked'], 'below_cost')).toEqual(['blocked']);
  });
});

describe('a bar of the histogram', () => {
  it('leads to the rows that it counts, and the first and last have only one edge', () => {
    const asked = (key: string, blocked = 0) => Object.fromEntries(new URLSearchParams(rowsOfBin(key, blocked)));
    expect(asked('-12.5..-7.5', 2)['outcome']).toBe('raise,cut,blocked');
    expect(asked('-12.5..-7.5')).toEqual({ tab: 'changes', outcome: 'raise,cut', 'delta_pct[gte]': '-12.5', 'delta_pct[lt]': '-7.5' });
    expect(asked('..-97.5')).toEqual({ tab: 'changes', outcome: 'raise,cut', 'delta_pct[lt]': '-97.5' });
    expect(asked('97.5..')).toEqual({ tab: 'changes', outcome: 'raise,cut', 'delta_pct[gte]': '97.5' });
  });
});
