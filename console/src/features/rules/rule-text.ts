// A rule as people write it.
import { stringify } from 'yaml';
import type { Shape } from '../../ui/document/document-text';

/** The order in which people write a rule; JSON objects come in none. */
export const FIELDS = ['schema', 'name', 'description', 'priority', 'group', 'stack', 'schedule', 'select', 'steps', 'rounding', 'constraints', 'compare_at', 'tests'];

/** What editing a rule in place has to know. */
export const RULE_SHAPE: Shape = { order: FIELDS, prunes: ['constraints', 'rounding'] };

export function documentToYaml(document: unknown): string {
  return stringify(inWrittenOrder(amountsAsText(document)), { lineWidth: 100 });
}

/** `{ amount: 19.90, currency: EUR }` is written `19.90 EUR`; the server reads both alike. */
function amountsAsText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(amountsAsText);
  if (typeof value !== 'object' || value === null) return value;
  const { amount, currency, ...others } = value as Record<string, unknown>;
  if (typeof amount === 'string' && typeof currency === 'string' && Object.keys(others).length === 0) return `${amount} ${currency}`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, amountsAsText(inner)]));
}

function inWrittenOrder(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => placeOfField(a) - placeOfField(b)));
}

/** Where in a rule people write a field; unknown ones come last. */
export const placeOfField = (name: string) => (FIELDS.includes(name) ? FIELDS.indexOf(name) : FIELDS.length);

/** What a new rule begins from: everything that it needs, with the blanks still blank. */
export const NEW_RULE = `schema: rule.v1
name: ""
select:
  all:
    - tag: { in: [] }
steps:
  - percent: -10
rounding:
  ending: .99
`;

export const EXAMPLE_RULE = `schema: rule.v1
name: Winter sale
description: Ten percent off everything tagged winter, ending in 99
select:
  tag: { is: winter }
steps:
  - percent: -10
rounding:
  ending: ".99"
constraints:
  maximum_move: { percent: 15 }
compare_at: set_to_before
`;
