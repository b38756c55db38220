// What waits for approval: for whom, since when, and what a plan would do, in words. Pure.
import type { Schemas } from '../../api/client';
import { mayAct } from '../../app/rights';
import { formatCount } from '../../shared/format';
import { guardrailName } from '../../shared/guardrails';
import { guardrailVerdict, type Word } from '../../shared/words';
import { whyNot } from './why-not';

type Summary = Schemas['PriceChangeSummary'];
type PriceChange = Schemas['PriceChange'];
type Me = Pick<Schemas['Me'], 'email' | 'role'>;

/** Whether it is for the reader to decide: an approver who did not plan it. */
export const waitsFor = (me: Me, { author }: Pick<Summary, 'author'>) => mayAct(me.role, 'approver') && author !== me.email;

/** Since when: the newest request for a review, else the plan itself. */
export const waitingSince = (summary: Pick<Summary, 'planned_at'>, change: Pick<PriceChange, 'review_requested'> | undefined) => change?.review_requested?.created_at ?? summary.planned_at;

/** Why it stands where it stands, as a sentence about the reader. */
export function whyHere(change: Pick<PriceChange, 'state' | 'author' | 'checks' | 'allowed' | 'changes_asked'>, me: Me): string {
  if (change.changes_asked) return change.author === me.email ? 'An approver asked you to change it.' : `${change.changes_asked.author} asked for changes; it is the author’s turn.`;
  if (!waitsFor(me, change)) return whyNot('approve', change, me);
  if (!change.allowed.includes('approve')) return `It waits for you, but cannot be approved as it is: ${lowered(whyNot('approve', change, me))}`;
  return 'You may approve it, since somebody else planned it.';
}

const lowered = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** What the guardrails said, the worst first: of the whole plan, then of its rows. */
export function saidByGuardrails({ verdicts, impact }: Pick<PriceChange, 'verdicts' | 'impact'>): Word[] {
  const whole = verdicts.filter(({ verdict }) => verdict !== 'passed').map(({ guardrail, verdict }) => said(verdict, guardrailName(guardrail)));
  const rows = (impact.guardrails ?? []).flatMap(({ guardrail, violated, near, waived }) => [
    ...(violated > 0 ? [said('violated', `${guardrailName(guardrail)}, ${formatCount(violated)}`)] : []),
    ...(near > 0 ? [said('near', `${guardrailName(guardrail)}, ${formatCount(near)}`)] : []),
    ...(waived > 0 ? [said('waived', `${guardrailName(guardrail)}, ${formatCount(waived)}`)] : []),
  ]);
  const order = [guardrailVerdict('violated').word, guardrailVerdict('near').word, guardrailVerdict('waived').word];
  return [...whole, ...rows].sort((a, b) => rank(a) - rank(b));

  function rank({ word }: Word) {
    return order.indexOf(word.split(':')[0] ?? '');
  }
}

function said(verdict: string, of: string): Word {
  const { word, glyph, tone } = guardrailVerdict(verdict);
  return { word: `${word}: ${of}`, glyph, tone };
}
