// What narrows the rows of a plan, under the names of the address and of the API alike.
import type { Schemas } from '../../api/client';
import { withoutZeros } from '../../shared/decimal';
import { formatLevel, formatPercent } from '../../shared/format';
import { guardrailName } from '../../shared/guardrails';
import type { FilterValues } from '../../shared/url';
import { outcomeWord } from '../../shared/words';
import type { Outcome } from './parts';

export const rowsShape = {
  outcome: 'list',
  q: 'text',
  guardrail: 'text',
  row: 'text',
  sort: 'text',
  group: 'text',
  'delta_pct[gte]': 'text',
  'delta_pct[lt]': 'text',
  'margin_pct[gte]': 'text',
  'margin_pct[lt]': 'text',
} as const;

export type RowsFilter = FilterValues<typeof rowsShape>;

/** Takes away what narrows the rows; their order and grouping stay. */
export const ALL_ROWS = { outcome: [] as string[], q: '', guardrail: '', 'delta_pct[gte]': '', 'delta_pct[lt]': '', 'margin_pct[gte]': '', 'margin_pct[lt]': '' };

const narrowing = ['q', 'guardrail', 'delta_pct[gte]', 'delta_pct[lt]', 'margin_pct[gte]', 'margin_pct[lt]'] as const;

/** What to ask the server for beside outcomes, which its counts tell apart by themselves. */
export function askedOf(values: RowsFilter): Partial<Record<(typeof narrowing)[number], string>> {
  return Object.fromEntries(narrowing.flatMap((name) => (values[name] === '' ? [] : [[name, values[name]]])));
}

/** How many rows have one of the outcomes; no outcome asks for all. */
export function countIn(counts: Pick<Schemas['RowCounts'], Outcome>, outcomes: readonly string[]): number {
  const known = ['raise', 'cut', 'same', 'blocked', 'skipped'] as const;
  return known.reduce((sum, outcome) => sum + (outcomes.length === 0 || outcomes.includes(outcome) ? counts[outcome] : 0), 0);
}

/** The changes asked for in words, such as `between −10 % and −5 %`; nothing where none are. */
export function changesAsked({ 'delta_pct[gte]': from, 'delta_pct[lt]': to }: RowsFilter): string | null {
  return from === '' && to === '' ? null : changeSpan(from, to);
}

/** The margins asked for in words; nothing where none are. */
export function marginsAsked({ 'margin_pct[gte]': from, 'margin_pct[lt]': to }: RowsFilter): string | null {
  return from === '' && to === '' ? null : marginSpan(from, to);
}

/** `below −20 %`, `between 0 % and +5 %`, `at +20 % or above`. */
export const changeSpan = (from: string, to: string) => span(from, to, formatPercent);

/** `below 0 %`, `between 10 % and 20 %`, `at 60 % or above`. */
export const marginSpan = (from: string, to: string) => span(from, to, formatLevel);

/** An edge that is not a number, from an address written by hand, is shown as it was written. */
function span(from: string, to: string, format: (pct: string) => string): string {
  const edge = (pct: string) => (/^-?\d+(\.\d+)?$/.test(pct) ? format(withoutZeros(pct)) : pct);
  if (from === '') return `below ${edge(to)}`;
  return to === '' ? `at ${edge(from)} or above` : `between ${edge(from)} and ${edge(to)}`;
}

/** All that narrows the rows, in words; nothing where nothing does. */
export function filterWords(values: RowsFilter): string[] {
  const [change, margin] = [changesAsked(values), marginsAsked(values)];
  return [
    ...(values.outcome.length > 0 ? [`outcome: ${values.outcome.map((each) => outcomeWord(each).word.toLowerCase()).join(', ')}`] : []),
    ...(values.guardrail ? [`guardrail: ${guardrailName(values.guardrail)}`] : []),
    ...(change === null ? [] : [`change ${change}`]),
    ...(margin === null ? [] : [`margin ${margin}`]),
    ...(values.q ? [`text: ${values.q}`] : []),
  ];
}
