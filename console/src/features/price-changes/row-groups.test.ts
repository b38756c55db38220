import { describe, expect, it } from 'vitest';
import { groupingOf, groupsOf, withoutOwn } from './row-groups';
import { ALL_ROWS, askedOf, countIn, filterWords, type RowsFilter } from './rows-filter';

const nothing: RowsFilter = { ...ALL_ROWS, row: '', sort: '', group: '' };
const counts = { total: 31, raise: 1, cut: 2, same: 4, blocked: 8, skipped: 16 };

describe('groups of rows', () => {
  it('of changes and margins leave no gap and do not overlap', () => {
    for (const [by, from, to] of [['change', 'delta_pct[gte]', 'delta_pct[lt]'], ['margin', 'margin_pct[gte]', 'margin_pct[lt]']] as const) {
      const groups = groupsOf(by, [], []).map(({ filter }) => [filter[from], filter[to]]);
      expect(groups[0]![0]).toBe('');
      expect(groups.at(-1)![1]).toBe('');
      groups.slice(1).forEach(([edge], index) => expect(edge).toBe(groups[index]![1]));
    }
  });

  it('are named by their edges', () => {
    const names = groupsOf('margin', [], []).map(({ name }) => name.replaceAll('\u202f', ' '));
    expect([names[0], names[1], names.at(-1)]).toEqual(['Below 0 %', 'Between 0 % and 10 %', 'At 60 % or above']);
    expect(groupsOf('change', [], [])[0]!.name.replaceAll('\u202f', ' ')).toBe('Below −20 %');
    expect(groupsOf('guardrail', [], ['below_cost'])[0]!.filter).toEqual({ guardrail: 'below_cost' });
    expect(groupsOf('outcome', ['raise', 'cut'], []).map(({ filter }) => filter.outcome)).toEqual([['raise'], ['cut']]);
  });

  it('are not narrowed by what they tell apart', () => {
    const values = { ...nothing, q: 'tent', guardrail: 'map', outcome: ['cut'], 'delta_pct[lt]': '-5', 'margin_pct[gte]': '10' };
    expect(askedOf(withoutOwn(values, 'change'))).toEqual({ q: 'tent', guardrail: 'map', 'margin_pct[gte]': '10' });
    expect(askedOf(withoutOwn(values, 'margin'))).toEqual({ q: 'tent', guardrail: 'map', 'delta_pct[lt]': '-5' });
    expect(askedOf(withoutOwn(values, 'guardrail'))).not.toHaveProperty('guardrail');
    expect(withoutOwn(values, 'outcome').outcome).toEqual([]);
    expect(withoutOwn(values, null)).toEqual(values);
  });

  it('are none where the address asks for something unknown', () => {
    expect([groupingOf('margin'), groupingOf(''), groupingOf('toString'), groupingOf('rule')]).toEqual(['margin', null, null, null]);
  });
});

describe('counts of rows', () => {
  it('are of the outcomes asked for, and of all where none is', () => {
    expect(countIn(counts, ['raise', 'cut', 'blocked'])).toBe(11);
    expect(countIn(counts, [])).toBe(31);
    expect(countIn(counts, ['nothing'])).toBe(0);
  });
});

describe('the filter in words', () => {
  it('names every part, and what is written wrongly as it was written', () => {
    const words = filterWords({ ...nothing, outcome: ['cut'], guardrail: 'below_cost', q: 'tent', 'delta_pct[gte]': '-10', 'margin_pct[lt]': 'ten' });
    expect(words.map((word) => word.replaceAll('\u202f', ' '))).toEqual(['outcome: down', 'guardrail: Below cost', 'change at −10 % or above', 'margin below ten', 'text: tent']);
    expect(filterWords(nothing)).toEqual([]);
  });
});
