// What two versions of a rule say differently, place by place and in words. Rules are short, so the browser may compare them.
import { isFields, readDocument, textOf, type Path, type Value } from '../../ui/document/document-text';
import { whereInWords } from './builder/place-words';
import { conditionInWords, plainOf, stepInWords, written } from './builder/sentence';
import { onlyEntry } from './builder/vocabulary';
import { documentToYaml, placeOfField } from './rule-text';
import { commonLines } from '../../ui/document/text-difference';

export interface DocumentChange {
  where: string;
  /** Null where it stands only in the later one, or only in the earlier one. */
  before: string | null;
  after: string | null;
}

/** Every place at which the documents differ, in the order of the document. */
export function documentChanges(before: unknown, after: unknown): DocumentChange[] {
  return changesIn(treeOf(before), treeOf(after), []);
}

function treeOf(document: unknown): Value {
  const reading = readDocument(documentToYaml(document));
  return 'tree' in reading ? reading.tree : {};
}

const same = (a: Value | undefined, b: Value | undefined) => JSON.stringify(plainOf(a)) === JSON.stringify(plainOf(b));

function changesIn(before: Value | undefined, after: Value | undefined, path: Path): DocumentChange[] {
  if (same(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && hasItems(path)) return changesInList(before, after, path);
  if (isFields(before) && isFields(after) && (!isUnit(path) || isSameGroup(before, after))) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    if (path.length === 0) names.sort((a, b) => placeOfField(a) - placeOfField(b));
    return names.flatMap((name) => changesIn(before[name], after[name], [...path, name]));
  }
  return [{ where: whereInWords(path), before: wordsOf(before, path), after: wordsOf(after, path) }];
}

/** What both have in common stays; between that, items are told against each other one by one. */
function changesInList(before: Value[], after: Value[], path: Path): DocumentChange[] {
  const changes: DocumentChange[] = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...commonLines(before, after, same), [before.length, after.length] as const]) {
    while (i < nextI || j < nextJ) {
      const [left, right] = [i < nextI ? before[i++] : undefined, j < nextJ ? after[j++] : undefined];
      const place = right === undefined ? i - 1 : j - 1;
      changes.push(...changesIn(left, right, [...path, place]));
    }
    [i, j] = [i + 1, j + 1];
  }
  return changes;
}

const LISTS = ['steps', 'then', 'else', 'all', 'any', 'bands', 'tests'];
const hasItems = (path: Path) => LISTS.includes(String(path.at(-1)));

/** Conditions, steps and tests are told as a whole, unless both hold several others. */
const isUnit = (path: Path) => typeof path.at(-1) === 'number' || path.at(-1) === 'select' || path.at(-1) === 'when';

function isSameGroup(before: Value, after: Value): boolean {
  const [a] = onlyEntry(before) ?? [];
  const [b] = onlyEntry(after) ?? [];
  return a === b && ['all', 'any', 'if', 'tiers'].includes(a ?? '') ? true : a === undefined && b === undefined;
}

function wordsOf(value: Value | undefined, path: Path): string | null {
  if (value === undefined) return null;
  const list = String(path.at(typeof path.at(-1) === 'number' ? -2 : -1));
  if (['steps', 'then', 'else'].includes(list)) return Array.isArray(value) ? value.map(stepInWords).join(', then ') || 'none' : stepInWords(value);
  if (['select', 'when', 'all', 'any', 'not'].includes(list) && !Array.isArray(value)) return conditionInWords(value);
  if (list === 'tests') return isFields(value) && textOf(value['name']) ? textOf(value['name']) : written(value);
  return textOf(value) || (isFields(value) ? Object.entries(value).map(([name, inner]) => `${name.replaceAll('_', ' ')} ${textOf(inner) || written(inner)}`).join(', ') : written(value));
}
