import { describe, expect, it } from 'vitest';
import { marksOf, rungsOf, type Mark } from './ladder';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const mark = (name: string, amount: string, kind: Mark['kind'] = 'known'): Mark => ({ name, money: eur(amount), kind });

describe('a ladder of prices', () => {
  it('stands in order, the same price on one rung', () => {
    const rungs = rungsOf([mark('cost', '9.90'), mark('price before', '10'), mark('written', '10.00', 'written'), mark('floor', '100', 'limit')], 'below');
    expect(rungs.map((rung) => [rung.names.join(' and '), rung.forbidden])).toEqual([
      ['floor', false],
      ['price before and written', true],
      ['cost', true],
    ]);
  });

  it('forbids what is above a ceiling, and nothing where there is no limit', () => {
    expect(rungsOf([mark('a', '2'), mark('top', '1', 'limit')], 'above').map((rung) => rung.forbidden)).toEqual([true, false]);
    expect(rungsOf([mark('a', '2'), mark('b', '1')], null).map((rung) => rung.forbidden)).toEqual([false, false]);
  });
});

describe('a counterexample', () => {
  const counterexample = (after: string, cost: string) => ({ rule: 'a v1', after: eur(after), variant: { amounts: { price: eur('20.00'), cost: eur(cost) }, numbers: {}, texts: {} } });

  it('shows the price before the rule, the price written and the limit', () => {
    const { marks, forbidden } = marksOf(counterexample('4.00', '3.00'), { floor: eur('5.00') });
    expect(marks.map(({ name, kind }) => [name, kind])).toEqual([['price before', 'known'], ['cost', 'known'], ['price written', 'written'], ['floor', 'limit']]);
    expect(forbidden).toBe('below');
    expect(marksOf(counterexample('4.00', '3.00'), { ceiling: eur('3.00') }).forbidden).toBe('above');
  });

  it('draws a zone below the cost only where the price with tax lies there too', () => {
    expect(marksOf(counterexample('4.00', '5.00'), { not_below_cost: true }).forbidden).toBe('below');
    expect(marksOf(counterexample('5.10', '5.00'), { not_below_cost: true }).forbidden).toBeNull();
    expect(marksOf(counterexample('5.10', '5.00'), { maximum_move: '10' }).forbidden).toBeNull();
  });
});
