// The questions that can be asked of every price that rules could ever write.
import type { Schemas } from '../../api/client';

interface Question {
  /** What a price must not be, in a list to choose from. */
  word: string;
  /** What has to be said with it. */
  unit: 'amount' | 'percent' | null;
  /** The same in an answer, with the value in it. */
  says: (value: string) => string;
}

export type PropertyName = 'not_below_cost' | 'floor' | 'ceiling' | 'minimum_margin' | 'maximum_move';

export const PROPERTIES: Record<PropertyName, Question> = {
  not_below_cost: { word: 'below cost', unit: null, says: () => 'below cost, where the cost is known' },
  floor: { word: 'below an amount', unit: 'amount', says: (value) => `below ${value}` },
  ceiling: { word: 'above an amount', unit: 'amount', says: (value) => `above ${value}` },
  minimum_margin: { word: 'at too small a margin', unit: 'percent', says: (value) => `at a margin under ${value}, where the cost is known` },
  maximum_move: { word: 'too far from the price before', unit: 'percent', says: (value) => `more than ${value} from the price before` },
};

export function propertyOf(name: PropertyName, value: string, currency: string): Schemas['PropertyAsked'] {
  switch (name) {
    case 'not_below_cost':
      return { not_below_cost: true };
    case 'floor':
      return { floor: { amount: value, currency } };
    case 'ceiling':
      return { ceiling: { amount: value, currency } };
    case 'minimum_margin':
      return { minimum_margin: value };
    case 'maximum_move':
      return { maximum_move: value };
  }
}
