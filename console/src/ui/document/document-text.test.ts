import { describe, expect, it } from 'vitest';
import { decimalOf, Digits, editDocument, pointerOf, readDocument, textOf, valueAt, type Edit, type Value } from './document-text';

const SHAPE = { order: ['schema', 'name', 'schedule', 'select', 'steps', 'rounding', 'constraints'], prunes: ['rounding', 'constraints'] };
const edit = (text: string, change: Edit) => editDocument(text, change, SHAPE);

const RULE = `# Why we do this
schema: rule.v1
name: Tents # the big ones

select:
  all:
    - tag: { is: "0012" }
    - price: { gte: 50.00 EUR } # not the small fry
steps:
  - percent: -12.500000000000000001
  - amount: -1 EUR
rounding: { ending: .99 }
`;

const tree = (text: string): Value => {
  const reading = readDocument(text);
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return reading.tree;
};

describe('reading a rule', () => {
  it('keeps every digit, and tells texts from numbers', () => {
    expect(textOf(valueAt(tree(RULE), ['steps', 0, 'percent']))).toBe('-12.500000000000000001');
    expect(valueAt(tree(RULE), ['select', 'all', 0, 'tag', 'is'])).toBe('0012');
    expect(valueAt(tree('a: true'), ['a'])).toBe(true);
    expect(valueAt(tree(RULE), ['steps', 7, 'percent'])).toBeUndefined();
  });

  it('says why there is nothing to show', () => {
    expect(readDocument('a: [')).toHaveProperty('unreadable');
    expect(readDocument('- a')).toEqual({ unreadable: 'The text is not a list of fields' });
    expect(readDocument('a: &x 1\nb: *x')).toHaveProperty('unreadable');
    expect(readDocument('')).toHaveProperty('unreadable');
  });
});

describe('editing a rule', () => {
  it('changes one value and leaves comments, order and digits', () => {
    const text = edit(RULE, { kind: 'set', path: ['select', 'all', 1, 'price', 'gte'], value: '60 EUR' });
    expect(text).toBe(RULE.replace('50.00 EUR', '60 EUR'));
  });

  it('writes what is missing where people write it', () => {
    const text = edit(RULE, { kind: 'set', path: ['schedule', 'zone'], value: 'Europe/Berlin' });
    expect(text.match(/^\w+/gm)).toEqual(['schema', 'name', 'schedule', 'select', 'steps', 'rounding']);
  });

  it('quotes a text that looks like something else', () => {
    const text = edit(RULE, { kind: 'set', path: ['select', 'all', 0, 'tag'], value: { in: ['1e5', 'true', '0x10', 'tent'] } });
    expect(text).toContain('- tag: { in: [ "1e5", "true", "0x10", tent ] }');
    expect(valueAt(tree(text), ['select', 'all', 0, 'tag', 'in'])).toEqual(['1e5', 'true', '0x10', 'tent']);
  });

  it('adds, moves and removes items of a list', () => {
    const added = edit(RULE, { kind: 'add', path: ['steps'], value: { percent: new Digits('5') } });
    expect(added).toContain('  - amount: -1 EUR\n  - percent: 5\n');
    const moved = edit(added, { kind: 'move', path: ['steps', 2], to: 0 });
    expect(textOf(valueAt(tree(moved), ['steps', 0, 'percent']))).toBe('5');
    expect(edit(added, { kind: 'move', path: ['steps', 2], to: 3 })).toBe(added);
    const removed = edit(moved, { kind: 'remove', path: ['steps', 0] });
    expect(tree(removed)).toEqual(tree(RULE));
    expect(edit('name: a', { kind: 'add', path: ['steps'], value: { percent: new Digits('5') } })).toBe('name: a\nsteps:\n  - percent: 5\n');
  });

  it('leaves no empty limits and no empty rounding behind', () => {
    expect(edit(RULE, { kind: 'remove', path: ['rounding', 'ending'] })).not.toContain('rounding');
    const limits = edit(RULE, { kind: 'set', path: ['constraints', 'maximum_move', 'percent'], value: new Digits('15') });
    expect(edit(limits, { kind: 'remove', path: ['constraints', 'maximum_move', 'percent'] })).toBe(RULE);
  });

  it('groups conditions and takes them out again', () => {
    const not = edit(RULE, { kind: 'wrap', path: ['select', 'all', 1], into: 'not' });
    expect(valueAt(tree(not), ['select', 'all', 1, 'not', 'price', 'gte'])).toBe('50.00 EUR');
    expect(tree(edit(not, { kind: 'unwrap', path: ['select', 'all', 1] }))).toEqual(tree(RULE));
    const any = edit(RULE, { kind: 'wrap', path: ['select', 'all', 0], into: 'any' });
    expect(valueAt(tree(any), ['select', 'all', 0, 'any', 0, 'tag', 'is'])).toBe('0012');
    expect(tree(edit(any, { kind: 'unwrap', path: ['select', 'all', 0] }))).toEqual(tree(RULE));
    expect(edit(RULE, { kind: 'unwrap', path: ['select'] })).toBe(RULE);
  });

  it('renames a field and leaves what it says', () => {
    expect(edit(RULE, { kind: 'rename', path: ['select', 'all'], to: 'any' })).toBe(RULE.replace('all:', 'any:'));
    expect(edit(RULE, { kind: 'rename', path: ['select', 'none'], to: 'any' })).toBe(RULE);
  });

  it('does not touch a text that it cannot read', () => {
    expect(edit('a: [', { kind: 'set', path: ['name'], value: 'x' })).toBe('a: [');
  });
});

describe('typed numbers and places', () => {
  it('are digits where they are digits', () => {
    expect(decimalOf('−12.5')).toEqual(new Digits('-12.5'));
    expect(decimalOf('.99')).toEqual(new Digits('.99'));
    expect(decimalOf('12,5')).toBe('12,5');
    expect(decimalOf('')).toBe('');
  });

  it('are named as the server names them', () => {
    expect(pointerOf(['steps', 0, 'a/b~c'])).toBe('/steps/0/a~1b~0c');
  });
});
