// A rule in plain words, as one would tell it to a colleague. What this console does not know is told as it is written.
import { timeInWords } from '../rule-words';
import { isFields, textOf, valueAt, type Value } from '../../../ui/document/document-text';
import { CONDITION_FIELDS, comparisonIn, fieldSaid, onlyEntry, originSaid, type Comparison } from './vocabulary';

/** The rule in a few sentences: for which variants it does what, within which limits, when. */
export function ruleInWords(tree: Value): string[] {
  const select = valueAt(tree, ['select']);
  const steps = stepsInWords(valueAt(tree, ['steps']));
  const acts = [...steps, ...roundingInWords(valueAt(tree, ['rounding']))];
  const whom = select === undefined ? 'For no variant yet' : isAll(select) ? 'For every variant' : `For variants where ${conditionInWords(select)}`;
  const does = acts.length > 0 ? acts.join(', then ') : 'keep the price';
  const time = timeInWords(plainOf(tree));
  return [
    `${whom}: ${does}.`,
    ...limitsInWords(valueAt(tree, ['constraints'])),
    ...compareAtInWords(valueAt(tree, ['compare_at'])),
    ...(time === null ? [] : [`In force ${time}.`]),
  ];
}

const isAll = (select: Value) => isFields(select) && select['all_variants'] === true;

/** `a tag is tent and not (the price is below 50 EUR)`. */
export function conditionInWords(condition: Value | undefined, inside = false): string {
  const [name, inner] = onlyEntry(condition) ?? [];
  if (name === undefined || inner === undefined) return written(condition);
  if (name === 'all_variants') return 'any variant';
  if (name === 'not') return `not (${conditionInWords(inner)})`;
  if ((name === 'all' || name === 'any') && Array.isArray(inner)) {
    const parts = inner.map((each) => conditionInWords(each, inner.length > 1));
    if (parts.length === 0) return '…';
    const said = parts.join(name === 'all' ? ' and ' : ' or ');
    return inside && parts.length > 1 ? `(${said})` : said;
  }
  return testInWords(name, inner);
}

function testInWords(name: string, test: Value): string {
  const field = CONDITION_FIELDS[name];
  const found = field && comparisonIn(field.kind, test);
  if (!field || !found) return `${name} ${written(test)}`;
  const subject = name === 'custom' ? `the custom field ${textOf(valueAt(test, ['key'])) || '…'}` : fieldSaid(name);
  return `${subject} ${operandInWords(found.comparison, found.operand, field.unit)}`;
}

function operandInWords({ key, name, operand }: Comparison, value: Value, unit?: string): string {
  const one = (each: Value | undefined) => `${textOf(each) || '…'}${unit ? ` ${unit}` : ''}`;
  if (operand === 'none') return name;
  if (operand === 'texts') {
    const texts = (Array.isArray(value) ? value : [value]).map((each) => textOf(each) || '…');
    return `${texts.length < 2 ? (key === 'in' ? 'is' : 'is not') : key === 'in' ? 'is' : 'is none of'} ${texts.length === 0 ? '…' : listed(texts)}`;
  }
  if (operand === 'amounts' || operand === 'decimals') return `is between ${one(valueAt(value, [0]))} and ${one(valueAt(value, [1]))}`;
  if (key === 'within') return `is at most ${one(value)} old`;
  return `${name} ${key === 'is' && operand === 'text' && value === '' ? 'not given' : one(value)}`;
}

/** `Fjell, Nordlys or Kar`. */
const listed = (texts: string[]) => (texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`);

export const stepsInWords = (steps: Value | undefined): string[] => (Array.isArray(steps) ? steps.map(stepInWords) : []);

export function stepInWords(step: Value): string {
  const [name, inner] = onlyEntry(step) ?? [];
  if (name === undefined || inner === undefined) return written(step);
  const said = textOf(inner) || '…';
  switch (name) {
    case 'percent':
      return isNegative(said) ? `take ${said.replace(/^[-−]/, '')} % off` : `add ${said.replace(/^\+/, '')} %`;
    case 'amount':
      return isNegative(said) ? `take ${said.replace(/^[-−]/, '')} off` : `add ${said.replace(/^\+/, '')}`;
    case 'multiply':
      return `multiply by ${said}`;
    case 'set':
      return `start from ${said}`;
    case 'from':
      return `start from ${isFields(inner) ? `the price on ${textOf(inner['surface']) || '…'}` : originSaid(said)}`;
    case 'margin':
      return `take the price that leaves a margin of ${said} %`;
    case 'markup':
      return `take the cost plus ${said} %`;
    case 'match':
      return `take ${originSaid(said)}`;
    case 'beat':
      return `go ${textOf(valueAt(inner, ['by'])) || '…'} below ${originSaid(textOf(valueAt(inner, ['reference'])) || '…')}`;
    case 'if':
      return branchInWords(inner);
    case 'tiers':
      return tiersInWords(inner);
    default:
      return written(step);
  }
}

function branchInWords(branch: Value): string {
  const otherwise = stepsInWords(valueAt(branch, ['else']));
  return `where ${conditionInWords(valueAt(branch, ['when']))} ${together(stepsInWords(valueAt(branch, ['then'])))}${otherwise.length > 0 ? `, elsewhere ${together(otherwise)}` : ''}`;
}

function tiersInWords(tiers: Value): string {
  const by = textOf(valueAt(tiers, ['by'])) || 'price';
  const bands = valueAt(tiers, ['bands']);
  const said = (Array.isArray(bands) ? bands : []).map((band) => {
    const below = textOf(valueAt(band, ['below']));
    const steps = stepsInWords(valueAt(band, ['steps']));
    return `${below ? `below ${below}` : 'else'} ${steps.length > 0 ? together(steps) : 'leave it'}`;
  });
  return `by the ${by}: ${said.join('; ')}`;
}

const together = (steps: string[]) => steps.join(' and ') || '…';

const isNegative = (said: string) => /^[-−]/.test(said);

export function roundingInWords(rounding: Value | undefined): string[] {
  if (!isFields(rounding)) return [];
  const mode = textOf(rounding['mode']) || 'nearest';
  const how = mode === 'nearest' ? 'round' : `round ${mode}`;
  const ending = textOf(rounding['ending']);
  const step = textOf(rounding['step']);
  if (ending) return [`${how} to a price ending in ${ending}`];
  return step ? [`${how} to steps of ${step}`] : [];
}

export function limitsInWords(limits: Value | undefined): string[] {
  const at = (...path: string[]) => textOf(valueAt(limits, path));
  const move = [at('maximum_move', 'percent') && `${at('maximum_move', 'percent')} %`, at('maximum_move', 'amount')].filter((each) => each !== '');
  const said = [
    ...(at('floor') ? [`below ${at('floor')}`] : []),
    ...(at('ceiling') ? [`above ${at('ceiling')}`] : []),
    ...(at('minimum_margin', 'percent') ? [`at a margin under ${at('minimum_margin', 'percent')} %`] : []),
    ...(move.length > 0 ? [`farther than ${move.join(' or ')} from the price before`] : []),
  ];
  return said.length > 0 ? [`Never ${listed(said)}.`] : [];
}

export function compareAtInWords(handling: Value | undefined): string[] {
  const above = textOf(valueAt(handling, ['percent_above']));
  if (above) return [`The compare-at price becomes the new price and ${above} % more.`];
  switch (textOf(handling)) {
    case 'set_to_before':
      return ['Where the price falls, the price before becomes the compare-at price.'];
    case 'clear':
      return ['The compare-at price is taken away.'];
    default:
      return [];
  }
}

/** A tree without its digits, for what only reads texts. */
export function plainOf(value: Value | undefined): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (isFields(value)) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainOf(inner)]));
  return typeof value === 'object' && value !== null ? textOf(value) : value;
}

/** What is not known here, as it is written, cut where it is long. */
export function written(value: Value | undefined): string {
  const text = value === undefined ? '…' : textOf(value) || JSON.stringify(plainOf(value));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

