// What a rule can ask of a variant and do with its price: names, comparisons and steps, as the lists of the builder have them.
import { Digits, fieldsOf, isFields, type Value } from '../../../ui/document/document-text';

export type FieldKind = 'text' | 'money' | 'number' | 'instant' | 'custom';

interface Field {
  name: string;
  kind: FieldKind;
  /** Where a sentence needs another beginning than the name: `a tag`. */
  said?: string;
  /** Behind a number: `%`. */
  unit?: string;
}

/** The fields that conditions are about, in the order of the list to choose from. */
export const CONDITION_FIELDS: Record<string, Field> = {
  tag: { name: 'Tag', kind: 'text', said: 'a tag' },
  vendor: { name: 'Vendor', kind: 'text' },
  product_type: { name: 'Product type', kind: 'text' },
  collection: { name: 'Collection', kind: 'text', said: 'a collection' },
  title: { name: 'Title', kind: 'text' },
  sku: { name: 'SKU', kind: 'text', said: 'the SKU' },
  price: { name: 'Price', kind: 'money' },
  compare_at: { name: 'Compare-at price', kind: 'money' },
  cost: { name: 'Cost', kind: 'money' },
  margin: { name: 'Margin', kind: 'number', unit: '%' },
  inventory: { name: 'Stock', kind: 'number' },
  competitor: { name: 'Lowest competitor', kind: 'money', said: 'the lowest price of a competitor' },
  competitor_position: { name: 'Above the lowest competitor', kind: 'number', unit: '%', said: 'the distance to the lowest price of a competitor' },
  msrp: { name: 'Recommended price', kind: 'money' },
  map: { name: 'Minimum advertised price', kind: 'money' },
  channel: { name: 'Channel', kind: 'text', said: 'a channel' },
  market: { name: 'Market', kind: 'text' },
  created_at: { name: 'Made', kind: 'instant', said: 'the product' },
  updated_at: { name: 'Last changed', kind: 'instant', said: 'the last change of the product' },
  custom: { name: 'Custom field', kind: 'custom' },
};

export const fieldSaid = (code: string) => CONDITION_FIELDS[code]?.said ?? `the ${(CONDITION_FIELDS[code]?.name ?? code).toLowerCase()}`;

/** What has to be said with a comparison. */
export type Operand = 'text' | 'texts' | 'pattern' | 'amount' | 'amounts' | 'decimal' | 'decimals' | 'ending' | 'span' | 'instant' | 'none';

export interface Comparison {
  /** Key in the list to choose from; `is_set` stands there twice. */
  key: string;
  /** Name in the document. */
  code: string;
  name: string;
  operand: Operand;
  /** The value where none has to be said. */
  fixed?: boolean;
}

const comparison = (code: string, name: string, operand: Operand): Comparison => ({ key: code, code, name, operand });
const present = (word: string): Comparison[] => [
  { key: 'is_set', code: 'is_set', name: `is ${word}`, operand: 'none', fixed: true },
  { key: 'is_not_set', code: 'is_set', name: `is not ${word}`, operand: 'none', fixed: false },
];

const texts = [
  comparison('in', 'is one of', 'texts'),
  comparison('not_in', 'is none of', 'texts'),
  comparison('is', 'is', 'text'),
  comparison('contains', 'contains', 'text'),
  comparison('starts_with', 'starts with', 'text'),
  comparison('ends_with', 'ends with', 'text'),
  comparison('matches', 'follows the pattern', 'pattern'),
  ...present('given'),
];

const amounts = [
  comparison('lt', 'is below', 'amount'),
  comparison('lte', 'is at most', 'amount'),
  comparison('gt', 'is above', 'amount'),
  comparison('gte', 'is at least', 'amount'),
  comparison('between', 'is between', 'amounts'),
  comparison('is', 'is exactly', 'amount'),
  comparison('ends_in', 'ends in', 'ending'),
  ...present('known'),
];

const numbers = [
  comparison('lt', 'is below', 'decimal'),
  comparison('lte', 'is at most', 'decimal'),
  comparison('gt', 'is above', 'decimal'),
  comparison('gte', 'is at least', 'decimal'),
  comparison('between', 'is between', 'decimals'),
  comparison('is', 'is exactly', 'decimal'),
  ...present('known'),
];

const instants = [
  comparison('older_than', 'is older than', 'span'),
  comparison('within', 'is at most this old', 'span'),
  comparison('after', 'is after', 'instant'),
  comparison('before', 'is before', 'instant'),
  ...present('known'),
];

export const COMPARISONS: Record<FieldKind, Comparison[]> = { text: texts, custom: texts, money: amounts, number: numbers, instant: instants };

/** The comparison that a test such as `{ in: [tent] }` makes, and its operand; null where this console knows none. */
export function comparisonIn(kind: FieldKind, test: Value | undefined): { comparison: Comparison; operand: Value } | null {
  if (!isFields(test)) return null;
  const said = Object.entries(test).filter(([name]) => !(kind === 'custom' && name === 'key'));
  const [code, operand] = said.length === 1 ? said[0]! : [];
  const found = COMPARISONS[kind].find((each) => each.code === code && (each.fixed === undefined || each.fixed === operand));
  return found === undefined || operand === undefined ? null : { comparison: found, operand };
}

/** What a comparison starts with; what was said for another one is kept where it fits. */
export function operandFor(to: Comparison, from: Value | undefined): Value {
  const list = Array.isArray(from) ? from : from === undefined || from === '' || typeof from === 'boolean' ? [] : [from];
  const first = list[0];
  switch (to.operand) {
    case 'none':
      return to.fixed ?? true;
    case 'texts':
      return list.filter((each) => typeof each === 'string');
    case 'amounts':
    case 'decimals':
      return [first ?? '', list[1] ?? ''];
    case 'span':
      return '90 days';
    case 'ending':
      return new Digits('.99');
    case 'instant':
      return '';
    default:
      return first === undefined ? '' : first;
  }
}

/** A condition about a field, with the comparison that is asked most. */
export function newCondition(field: string): Value {
  const kind = CONDITION_FIELDS[field]?.kind ?? 'text';
  const first = COMPARISONS[kind][0]!;
  return { [field]: fieldsOf({ key: kind === 'custom' ? '' : undefined, [first.code]: operandFor(first, undefined) }) };
}

interface StepKind {
  name: string;
  fresh: (currency: string) => Value;
}

const band = (percent: string, below?: string) => fieldsOf({ below, steps: [{ percent: new Digits(percent) }] });

/** The steps, in the order of the list to choose from. */
export const STEPS: Record<string, StepKind> = {
  percent: { name: 'Change by percent', fresh: () => new Digits('-10') },
  amount: { name: 'Change by an amount', fresh: (currency) => `-1 ${currency}` },
  multiply: { name: 'Multiply by', fresh: () => new Digits('1.1') },
  set: { name: 'Start from an amount', fresh: (currency) => `10 ${currency}` },
  from: { name: 'Start from', fresh: () => 'compare_at' },
  margin: { name: 'Price for a margin of', fresh: () => new Digits('35') },
  markup: { name: 'Cost plus percent', fresh: () => new Digits('60') },
  match: { name: 'Take the price of', fresh: () => 'competitor' },
  beat: { name: 'Go below the price of', fresh: () => ({ reference: 'competitor', by: '1 %' }) },
  if: { name: 'Depending on conditions', fresh: () => ({ when: newCondition('tag'), then: [{ percent: new Digits('-10') }] }) },
  tiers: {
    name: 'Depending on price or cost',
    fresh: (currency): Value => ({ by: 'price', bands: [band('-5', `50 ${currency}`), band('-10')] }),
  },
};

export const ORIGINS: [value: string, word: string][] = [
  ['compare_at', 'the compare-at price'],
  ['cost', 'the cost'],
  ['competitor', 'the lowest competitor'],
  ['msrp', 'the recommended price'],
  ['map', 'the minimum advertised price'],
];

export const REFERENCES = ORIGINS.filter(([value]) => value !== 'compare_at' && value !== 'cost');

export const originSaid = (code: string) => ORIGINS.find(([value]) => value === code)?.[1] ?? code;

/** The one name in a condition or step such as `{ percent: -10 }` with what stands behind it; null where there is not exactly one. */
export function onlyEntry(value: Value | undefined): [name: string, inner: Value] | null {
  if (!isFields(value)) return null;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0]! : null;
}
