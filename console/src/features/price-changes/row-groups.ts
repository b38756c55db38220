// What the rows of a plan can be grouped by: as much as the server counts by. A group is a filter and its name.
import { guardrailName } from '../../shared/guardrails';
import { outcomeWord } from '../../shared/words';
import { changeSpan, marginSpan, type RowsFilter } from './rows-filter';

export interface RowGroup {
  name: string;
  filter: Partial<RowsFilter>;
}

export type Grouping = keyof typeof GROUPINGS;

export const GROUPINGS = { outcome: 'Outcome', change: 'Size of the change', margin: 'Margin afterwards', guardrail: 'Guardrail' } as const;

/** The grouping that the address asks for; what it does not know is none. */
export const groupingOf = (text: string): Grouping | null => (Object.hasOwn(GROUPINGS, text) ? (text as Grouping) : null);

const CHANGE_EDGES = ['', '-20', '-10', '-5', '0', '5', '10', '20', ''];
const MARGIN_EDGES = ['', '0', '10', '20', '30', '40', '60', ''];

/** The filters as they are while grouping: what the groups themselves narrow is not narrowed beforehand. */
export function withoutOwn(values: RowsFilter, by: Grouping | null): RowsFilter {
  switch (by) {
    case 'change':
      return { ...values, 'delta_pct[gte]': '', 'delta_pct[lt]': '' };
    case 'margin':
      return { ...values, 'margin_pct[gte]': '', 'margin_pct[lt]': '' };
    case 'guardrail':
      return { ...values, guardrail: '' };
    case 'outcome':
      return { ...values, outcome: [] };
    case null:
      return values;
  }
}

export function groupsOf(by: Grouping, outcomes: readonly string[], guardrails: readonly string[]): RowGroup[] {
  switch (by) {
    case 'change':
      return between(CHANGE_EDGES).map(([from, to]) => ({ name: capital(changeSpan(from, to)), filter: { 'delta_pct[gte]': from, 'delta_pct[lt]': to } }));
    case 'margin':
      return between(MARGIN_EDGES).map(([from, to]) => ({ name: capital(marginSpan(from, to)), filter: { 'margin_pct[gte]': from, 'margin_pct[lt]': to } }));
    case 'guardrail':
      return guardrails.map((guardrail) => ({ name: guardrailName(guardrail), filter: { guardrail } }));
    case 'outcome':
      return outcomes.map((outcome) => ({ name: outcomeWord(outcome).word, filter: { outcome: [outcome] } }));
  }
}

const between = (edges: readonly string[]) => edges.slice(1).map((to, index) => [edges[index]!, to] as const);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
