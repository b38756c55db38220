// What the report on rules among one another says, in sentences.
import type { Schemas } from '../../api/client';
import { countOf, formatMoney } from '../../shared/format';

type RuleConflicts = Schemas['RuleConflicts'];
type PairConflicts = Schemas['PairConflicts'];

/** What is odd about a rule's place among the others; null where nothing is. */
export function ruleRemark(rule: RuleConflicts): string | null {
  if (rule.can_select.answer === 'impossible') return 'It can never select a variant: its conditions contradict.';
  if (rule.can_take_part.answer === 'impossible') {
    return rule.covered_by.length > 0 ? `It can never take part: ${rule.covered_by.join(', ')} takes every variant from it.` : 'It can never take part, whatever the catalogue.';
  }
  if (!rule.in_force) return 'Its schedule does not hold now.';
  if (rule.selects === 0) return 'It selects nothing from the catalogue as it is.';
  if (rule.takes_part === 0) return rule.covered_by.length > 0 ? `It takes part nowhere now: ${rule.covered_by.join(', ')} takes every variant from it.` : 'It takes part nowhere now.';
  return null;
}

/** Whether a pair needs a look, and not only to be known. */
export const isRestless = (pair: PairConflicts) => pair.flip_flops > 0 || pair.drifts > 0;

const SHOWN = 4;

/** The prices that come again and again; of many, the first. */
function cycle(prices: Schemas['Money'][]): string {
  const shown = prices.slice(0, SHOWN).map((price) => formatMoney(price)).join(', ');
  return prices.length > SHOWN ? `${shown} and ${prices.length - SHOWN} more, and again` : `${shown}, and again`;
}

export function pairInWords(pair: PairConflicts): string[] {
  const { first, second, overlap, first_wins, second_wins, together, flip_flops, drifts, flip_flop } = pair;
  const said: string[] = [];
  if (overlap > 0) {
    said.push(`Both select ${countOf(overlap, 'variant', 'variants')}.`);
    if (first_wins > 0) said.push(`${first} wins on ${countOf(first_wins, 'of them', 'of them')}.`);
    if (second_wins > 0) said.push(`${second} wins on ${countOf(second_wins, 'of them', 'of them')}.`);
    if (together > 0) said.push(`Both take part on ${countOf(together, 'of them', 'of them')}.`);
  } else if (pair.can_overlap.answer === 'possible') {
    said.push('No variant of the catalogue is selected by both, but one could be.');
  } else if (pair.can_overlap.answer === 'undecided') {
    said.push('No variant of the catalogue is selected by both; whether one could be is not decided.');
  }
  if (flip_flops > 0) {
    const prices = flip_flop ? ` (${cycle(flip_flop.prices)})` : '';
    said.push(`Applied in turn they push the price to and fro on ${countOf(flip_flops, 'variant', 'variants')}${prices}.`);
  }
  if (drifts > 0) said.push(`Applied in turn they move the price on and on, on ${countOf(drifts, 'variant', 'variants')}.`);
  return said;
}
