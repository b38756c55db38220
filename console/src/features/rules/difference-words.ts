// How a rule's text differs from its stored version, in sentences.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';

type Said = Pick<Schemas['RuleDiff'], 'unchanged' | 'counts' | 'in_force' | 'reschedules'>;

export function differenceInWords({ unchanged, counts, in_force, reschedules }: Said): string[] {
  if (unchanged) return ['The text says exactly what is stored.'];
  const { moves_newly, moves_no_longer, moves_otherwise, moves_the_same, stopped_newly } = counts;
  const lines: [count: number, one: string, many: string][] = [
    [moves_newly, 'variant moves that did not.', 'variants move that did not.'],
    [moves_no_longer, 'variant no longer moves.', 'variants no longer move.'],
    [moves_otherwise, 'variant moves to another price.', 'variants move to another price.'],
    [moves_the_same, 'variant moves to the same price.', 'variants move to the same price.'],
    [stopped_newly, 'variant is stopped by a guardrail that let it pass before.', 'variants are stopped by a guardrail that let them pass before.'],
  ];
  const said = lines.filter(([count]) => count > 0).map(([count, one, many]) => countOf(count, one, many));
  if (reschedules) said.push('It holds at other times than what is stored.');
  if (!in_force) said.push('It is not in force now: both are compared as if they held.');
  return moves_newly + moves_no_longer + moves_otherwise + stopped_newly === 0 ? ['No price differs from what is stored.', ...said] : said;
}
