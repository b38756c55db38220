// A document's text as a tree that can be read and edited in place: comments, order and the digits of numbers stay as written.
import { isAlias, isMap, isScalar, isSeq, parseDocument, visit, type Document, type Node, type Pair, type ScalarTag, type YAMLMap, type YAMLSeq } from 'yaml';

/** A number with the digits that were written; it never becomes a binary fraction. */
export class Digits {
  constructor(readonly text: string) {}
}

export type Value = string | boolean | null | Digits | Value[] | { [name: string]: Value };
export type Path = readonly (string | number)[];

/** What an edit has to know of a kind of document. */
export interface Shape {
  /** The fields in the order in which people write them. */
  order: readonly string[];
  /** Fields of which nothing is left behind when the last of their settings goes. */
  prunes: readonly string[];
}

export type Edit =
  /** Writes a value and whatever is missing on the way to it. */
  | { kind: 'set'; path: Path; value: Value }
  | { kind: 'remove'; path: Path }
  /** Adds an item at the end of a list, which may not be there yet. */
  | { kind: 'add'; path: Path; value: Value }
  /** Moves an item of a list to another place in it. */
  | { kind: 'move'; path: Path; to: number }
  /** Gives what stands at a path another name, and leaves the rest of it. */
  | { kind: 'rename'; path: Path; to: string }
  /** Puts a condition into a group of its own, or behind a `not`. */
  | { kind: 'wrap'; path: Path; into: 'all' | 'any' | 'not' }
  /** Takes the only condition of a group, or what is behind a `not`, out of it. */
  | { kind: 'unwrap'; path: Path };

// Whatever YAML 1.2 could take for a number is read as its digits, so that a text that looks like one is written in quotes.
const NUMBER = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0[xo][\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

const digitsTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: NUMBER,
  resolve: (text) => new Digits(text),
  identify: (value) => value instanceof Digits,
  stringify: ({ value }) => (value as Digits).text,
};

const read = (text: string) => parseDocument(text, { schema: 'failsafe', customTags: (tags) => [...tags, 'null', 'bool', digitsTag], merge: false });

export type Reading = { tree: Value } | { unreadable: string };

/** The tree of a text, or why there is none to show. */
export function readDocument(text: string): Reading {
  const document = read(text);
  const [fault] = document.errors;
  if (fault) return { unreadable: fault.message.split('\n')[0]!.replace(/:$/, '') };
  if (hasAliases(document)) return { unreadable: 'One part of the text stands for another (`*name`), which only the text can show' };
  const tree = document.toJS() as Value;
  return isFields(tree) ? { tree } : { unreadable: 'The text is not a list of fields' };
}

/** The text after an edit; the same text where the edit does not apply to it. */
export function editDocument(text: string, edit: Edit, shape: Shape): string {
  const document = read(text);
  if (document.errors.length > 0 || hasAliases(document)) return text;
  return apply(document, edit, shape) ? document.toString({ lineWidth: 0, flowCollectionPadding: true }) : text;
}

function apply(document: Document, edit: Edit, shape: Shape): boolean {
  const { path } = edit;
  switch (edit.kind) {
    case 'set':
      write(document, path, edit.value, shape);
      return true;
    case 'remove':
      return removeAt(document, path, shape);
    case 'add': {
      const list = document.getIn(path, true);
      if (isSeq(list)) list.add(nodeOf(document, edit.value));
      else write(document, path, [edit.value], shape);
      return true;
    }
    case 'move': {
      const list = document.getIn(path.slice(0, -1), true);
      const from = path.at(-1);
      if (!isSeq(list) || typeof from !== 'number' || edit.to < 0 || edit.to >= list.items.length) return false;
      const [item] = list.items.splice(from, 1);
      list.items.splice(edit.to, 0, item);
      return true;
    }
    case 'rename': {
      const fields = document.getIn(path.slice(0, -1), true);
      const pair = isMap(fields) ? fields.items.find((each) => isScalar(each.key) && each.key.value === path.at(-1)) : undefined;
      if (!pair || !isScalar(pair.key)) return false;
      pair.key.value = edit.to;
      return true;
    }
    case 'wrap': {
      const inner = document.getIn(path, true) as Node | undefined;
      if (inner === undefined) return false;
      const outer = document.createNode(edit.into === 'not' ? { not: null } : { [edit.into]: [] }) as Node as YAMLMap;
      if (edit.into === 'not') outer.set('not', inner);
      else (outer.get(edit.into, true) as unknown as YAMLSeq).add(inner);
      document.setIn(path, outer);
      return true;
    }
    case 'unwrap': {
      const inner = insideOf(document.getIn(path, true));
      if (inner === undefined) return false;
      document.setIn(path, inner);
      return true;
    }
  }
}

function write(document: Document, path: Path, value: Value, { order }: Shape) {
  const known = document.hasIn(path);
  document.setIn(path, nodeOf(document, value, path.length > 1 && typeof path.at(-1) === 'string'));
  if (!known && path[0] !== undefined) putInPlace(document, String(path[0]), order);
}

/** A new field stands where people write it, not at the end. */
function putInPlace(document: Document, name: string, order: readonly string[]) {
  const fields = document.contents;
  if (!isMap(fields)) return;
  const items = fields.items as Pair[];
  const nameOf = (pair: Pair) => String((pair.key as { value?: unknown }).value ?? pair.key);
  const at = items.findIndex((pair) => nameOf(pair) === name);
  const place = order.indexOf(name);
  const next = items.findIndex((pair, index) => index !== at && order.indexOf(nameOf(pair)) > place);
  if (at === -1 || place === -1 || next === -1 || next > at) return;
  const [pair] = items.splice(at, 1);
  items.splice(next, 0, pair!);
}

/** Small maps and lists stand on one line behind their name; items of lists begin a line. */
function nodeOf(document: Document, value: Value, inline = false): Node {
  const node = document.createNode(value) as Node;
  visit(node, {
    Map: (key, map, ancestors) => {
      const named = ancestors.length === 0 ? inline : key === 'value';
      if (named && map.items.length > 0 && map.items.every((pair) => isSmall(pair.value))) map.flow = true;
    },
    Seq: (_, list) => {
      if (list.items.every((item) => !isMap(item) && !isSeq(item))) list.flow = true;
    },
  });
  return node;
}

const isSmall = (node: unknown) => !isMap(node) && (!isSeq(node) || node.items.every((item) => !isMap(item) && !isSeq(item)));

function removeAt(document: Document, path: Path, shape: Shape): boolean {
  if (!document.deleteIn(path)) return false;
  const above = path.slice(0, -1);
  const left = document.getIn(above, true);
  if (shape.prunes.includes(String(above[0])) && isMap(left) && left.items.length === 0) removeAt(document, above, shape);
  return true;
}

function insideOf(node: unknown): unknown {
  if (!isMap(node)) return undefined;
  if (node.has('not')) return node.get('not', true);
  const list = node.get('all', true) ?? node.get('any', true);
  return isSeq(list) && list.items.length === 1 ? list.items[0] : undefined;
}

function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    found = true;
    return visit.BREAK;
  });
  return found;
}

export function isFields(value: unknown): value is { [name: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits);
}

/** Fields of which some may be missing, as a value in which they are not. */
export function fieldsOf(fields: { [name: string]: Value | undefined }): Value {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** What stands at a path of a tree; undefined where nothing does. */
export function valueAt(tree: Value | undefined, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((value, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
    return isFields(value) ? value[String(step)] : undefined;
  }, tree);
}

/** A scalar as the text of a field; a missing one is empty. Maps and lists have none. */
export function textOf(value: Value | undefined): string {
  if (value instanceof Digits) return value.text;
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}

/** Digits as digits, so that they stand without quotes; whatever else was typed as text, for the server to refuse. */
export function decimalOf(text: string): Value {
  const trimmed = text.trim().replace(/^−/, '-');
  return /^[-+]?(?:\d+(?:\.\d+)?|\.\d+)$/.test(trimmed) ? new Digits(trimmed) : text;
}

/** `['select', 'all', 0]` → `/select/all/0`, as the server names places. */
export const pointerOf = (path: Path) => path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
