// The parts of a price change's page, what each counts, and which outcomes of rows belong to which.
import type { Schemas } from '../../api/client';
import type { Tab } from '../../ui/tabs';

type PriceChange = Pick<Schemas['PriceChange'], 'impact' | 'verdicts' | 'checks'>;

export const OUTCOMES = { changes: ['raise', 'cut', 'blocked'], unchanged: ['same', 'skipped'] } as const;

export type RowsPart = keyof typeof OUTCOMES;
export type Outcome = (typeof OUTCOMES)[RowsPart][number];

/** What moved since the plan was made, in the server's words; nothing where it is fresh. */
export const movedSince = ({ checks }: Pick<PriceChange, 'checks'>) => checks.find((check) => check.code === 'fresh' && check.status === 'block')?.detail ?? null;

export function partsOf({ impact: { counts }, verdicts, checks }: PriceChange): Tab[] {
  const stoppedPlans = verdicts.filter((verdict) => verdict.verdict === 'violated').length;
  return [
    { value: 'overview', label: 'Overview' },
    ...(movedSince({ checks }) === null ? [] : [{ value: 'moved', label: 'What moved' }]),
    { value: 'changes', label: 'Changes', count: counts.raise + counts.cut + counts.blocked },
    { value: 'violations', label: 'Violations', count: counts.blocked + stoppedPlans },
    { value: 'unchanged', label: 'Unchanged', count: counts.same + counts.skipped },
    { value: 'discussion', label: 'Discussion' },
    { value: 'activity', label: 'Activity' },
  ];
}

/** The part that the address asks for; what it does not know is the overview. */
export const partAskedFor = (tab: string, parts: Tab[]) => (parts.some((part) => part.value === tab) ? tab : 'overview');

/** What to ask the server for: what was chosen among the part's own, else all of the part, else anything that a guardrail spoke of. */
export function outcomesAskedFor(part: RowsPart, chosen: readonly string[], guardrail: string): readonly string[] {
  const own: readonly string[] = OUTCOMES[part];
  const known = chosen.filter((outcome) => own.includes(outcome));
  if (known.length > 0) return known;
  return guardrail === '' ? own : [];
}

/** The address of the rows of a bin, whose key is its two edges: `-12.5..-7.5`, either of them left out at the ends. Blocked rows are among them where the bin counts any. */
export function rowsOfBin(key: string, blocked: number): string {
  const [from = '', to = ''] = key.split('..');
  const params = new URLSearchParams({ tab: 'changes', outcome: blocked > 0 ? OUTCOMES.changes.join(',') : 'raise,cut' });
  if (from !== '') params.set('delta_pct[gte]', from);
  if (to !== '') params.set('delta_pct[lt]', to);
  return `?${params}`;
}
