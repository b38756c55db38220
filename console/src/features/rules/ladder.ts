// Prices in their order, as rungs of a ladder: which stand at, above and below a limit. Order only; nothing is computed with them.
import type { Schemas } from '../../api/client';
import { compareDecimals } from '../../shared/decimal';

type Money = Schemas['Money'];

export interface Mark {
  name: string;
  money: Money;
  /** What the rules wrote, what it was held against, or what else is known. */
  kind: 'written' | 'limit' | 'known';
}

export interface Rung {
  money: Money;
  names: string[];
  kinds: Mark['kind'][];
  /** It lies where no price may be. */
  forbidden: boolean;
}

/** From the highest price to the lowest; the same price is one rung. */
export function rungsOf(marks: Mark[], forbidden: 'below' | 'above' | null): Rung[] {
  const sorted = [...marks].sort((a, b) => compareDecimals(b.money.amount, a.money.amount));
  const limit = marks.find((mark) => mark.kind === 'limit');
  const rungs: Rung[] = [];
  for (const mark of sorted) {
    const last = rungs.at(-1);
    if (last && compareDecimals(last.money.amount, mark.money.amount) === 0) {
      last.names.push(mark.name);
      last.kinds.push(mark.kind);
      continue;
    }
    const side = limit ? compareDecimals(mark.money.amount, limit.money.amount) : 0;
    rungs.push({ money: mark.money, names: [mark.name], kinds: [mark.kind], forbidden: (forbidden === 'below' && side < 0) || (forbidden === 'above' && side > 0) });
  }
  return rungs;
}

/** What a refutation shows: the price written, what is known of the variant, and the limit where it is an amount. */
export function marksOf(counterexample: Schemas['Counterexample'], property: Schemas['PropertyAsked']): { marks: Mark[]; forbidden: 'below' | 'above' | null } {
  const known = Object.entries(counterexample.variant.amounts).map(([field, money]): Mark => ({ name: field === 'price' ? 'price before' : field.replaceAll('_', ' '), money, kind: 'not_below_cost' in property && field === 'cost' ? 'limit' : 'known' }));
  const written: Mark = { name: 'price written', money: counterexample.after, kind: 'written' };
  if ('floor' in property) return { marks: [...known, written, { name: 'floor', money: property.floor, kind: 'limit' }], forbidden: 'below' };
  if ('ceiling' in property) return { marks: [...known, written, { name: 'ceiling', money: property.ceiling, kind: 'limit' }], forbidden: 'above' };
  const cost = known.find((mark) => mark.kind === 'limit');
  // The cost is held against the price without tax, which may stand above it with tax; then the picture shows no zone.
  const isBelow = cost !== undefined && compareDecimals(counterexample.after.amount, cost.money.amount) < 0;
  return { marks: [...known, written], forbidden: isBelow ? 'below' : null };
}
