// A rule as people write it, and where in that text a fault lies.
import { stringify } from 'yaml';
import type { FieldFault } from '../../api/problem';

/** The order in which people write a rule; JSON objects come in none. */
const FIELDS = ['schema', 'name', 'description', 'priority', 'select', 'steps', 'rounding', 'constraints', 'compare_at'];

export function documentToYaml(document: unknown): string {
  return stringify(inWrittenOrder(document), { lineWidth: 100 });
}

function inWrittenOrder(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  const place = (name: string) => (FIELDS.includes(name) ? FIELDS.indexOf(name) : FIELDS.length);
  return Object.fromEntries(Object.entries(document).sort(([a], [b]) => place(a) - place(b)));
}

/** A fault with its line in the text, when the server named one. */
export interface PlacedFault {
  line: number | null;
  pointer: string;
  detail: string;
}

/** The server's detail begins with `line N:` for a fault in a text; the rest is for people. */
export function placedFault(fault: FieldFault): PlacedFault {
  const found = /^line (\d+): (.*)$/s.exec(fault.detail);
  if (!found) return { line: null, pointer: fault.pointer, detail: fault.detail };
  return { line: Number(found[1]), pointer: fault.pointer, detail: found[2] ?? '' };
}

/** From where to where a line reaches in a text. Lines count from 1. */
export function lineSpan(text: string, line: number): [start: number, end: number] {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, start + (lines[index]?.length ?? 0)];
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
