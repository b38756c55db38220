// Where in a rule something stands, for people: `step 1, percent` instead of `/steps/0/percent`.
import type { Path } from '../../../ui/document/document-text';

/** Lists whose items have a word of their own. */
const ITEMS: Record<string, string> = { steps: 'step', tests: 'test', bands: 'band', all: 'condition', any: 'condition', then: 'step', else: 'step' };
/** Lists that are named besides, since there are two of them. */
const NAMED = ['then', 'else'];
/** Names that say nothing more once what is in them is named. */
const SILENT = ['select', 'constraints', 'when'];
const NAMES: Record<string, string> = { constraints: 'limits', select: 'which variants', at: 'from', then: 'for those', else: 'for all others', every: 'repetition', for: 'duration' };

export function whereInWords(path: Path): string {
  const said: string[] = [];
  path.forEach((step, index) => {
    const before = path[index - 1];
    if (isPlace(step)) said.push(`${ITEMS[String(before)] ?? ''} ${Number(step) + 1}`.trim());
    else if (!(isPlace(path[index + 1]) && step in ITEMS && !NAMED.includes(String(step))) && !(index < path.length - 1 && SILENT.includes(String(step)))) said.push(NAMES[step] ?? String(step).replaceAll('_', ' '));
  });
  return said.join(', ') || 'the rule';
}

const isPlace = (step: string | number | undefined) => typeof step === 'number' || (step !== undefined && /^\d+$/.test(step));

/** The way to a place that the server named. */
export const pathOf = (pointer: string): Path => pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
