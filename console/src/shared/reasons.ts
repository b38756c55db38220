// Why a row came out as it did: the engine's codes as words.
import { guardrailName } from './guardrails';
import { humanised } from './words';

const known: Record<string, string> = {
  'blocked.limits_contradict': 'No price holds all limits of the rule.',
  'blocked.minimum_margin_unknown': 'The rule wants a margin, and the cost is not known.',
  'blocked.below_zero': 'The result is below zero.',
  'blocked.too_large': 'The result is larger than any price.',
  'skipped.no_price': 'There is no price to start from.',
  'skipped.negative_price': 'The price to start from is negative.',
  'skipped.no_cost': 'The rule needs the cost, which is not known.',
  'skipped.no_compare_at': 'The rule needs the compare-at price, which is not there.',
  'skipped.no_competitor': 'The rule needs a competitor’s price, which is not known.',
  'skipped.edited_since': 'Somebody changed the price during the sale.',
  'skipped.unknown_sale': 'A sale runs that is not among the rules.',
  sale_ended: 'The sale ended.',
};

/** A sentence, or what the code says in its own words; a text that is no code stays as it is. */
export function reasonInWords(reason: string): string {
  if (known[reason]) return known[reason];
  const [, kind, what] = /^(blocked|limited|skipped)\.(\w+)$/.exec(reason) ?? [];
  if (kind === 'blocked') return `Stopped: ${guardrailName(what!)}`;
  if (kind === 'limited') return `At the limit of the rule: ${guardrailName(what!).toLowerCase()}`;
  return kind === 'skipped' ? humanised(what!) : reason;
}

/** The reason in words where it says more than the guardrails that stop the row say already. */
export function furtherReason({ reason, violated }: { reason?: string | null | undefined; violated: string[] }): string | null {
  if (!reason || violated.some((guardrail) => reason === `blocked.${guardrail}`)) return null;
  return reasonInWords(reason);
}
