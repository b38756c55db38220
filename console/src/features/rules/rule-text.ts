// A rule as people write it.
import { stringify } from 'yaml';

/** The order in which people write a rule; JSON objects come in none. */
const FIELDS = ['schema', 'name', 'description', 'priority', 'group', 'stack', 'schedule', 'select', 'steps', 'rounding', 'constraints', 'compare_at', 'tests'];

export function documentToYaml(document: unknown): string {
  return stringify(inWrittenOrder(document), { lineWidth: 100 });
}

function inWrittenOrder(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  const place = (name: string) => (FIELDS.includes(name) ? FIELDS.indexOf(name) : FIELDS.length);
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => place(a) - place(b)));
}

export const EXAMPLE_RULE = `schema: rule.v1
name: Autumn sale
description: Ten percent off everything tagged autumn, ending in 99
select:
  tag: { is: autumn }
steps:
  - percent: -10
rounding:
  ending: ".99"
constraints:
  maximum_move: { percent: 15 }
compare_at: set_to_before
`;
