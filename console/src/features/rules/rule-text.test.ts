import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentToYaml, EXAMPLE_RULE, lineSpan, placedFault } from './rule-text';

describe('a rule as text', () => {
  it('says what the document says, decimals and codes included', () => {
    const document = { schema: 'rule.v1', name: 'yes: no #1', select: { sku: { in: ['0012', '1.50', 'true', 'null'] } }, steps: [{ percent: '-12.50' }] };
    expect(parse(documentToYaml(document))).toEqual(document);
  });

  it('has its fields in the order in which people write them', () => {
    const text = documentToYaml({ compare_at: 'keep', name: 'a', steps: [], select: { all_variants: true }, schema: 'rule.v1', newer: 1 });
    expect(text.match(/^\w+/gm)).toEqual(['schema', 'name', 'select', 'steps', 'compare_at', 'newer']);
  });

  it('starts from an example that is YAML', () => {
    expect(parse(EXAMPLE_RULE)).toMatchObject({ schema: 'rule.v1', select: { tag: { is: 'autumn' } } });
  });
});

describe('a fault', () => {
  it('names its line when the server did', () => {
    expect(placedFault({ pointer: '/steps/0', code: 'x', detail: 'line 7: not a number\nwrite -10' })).toEqual({ line: 7, pointer: '/steps/0', detail: 'not a number\nwrite -10' });
    expect(placedFault({ pointer: '/name', code: 'x', detail: 'a rule needs a name' }).line).toBeNull();
  });

  it('is found in the text', () => {
    const text = 'one\ntwo\nthree';
    expect(text.slice(...lineSpan(text, 2))).toBe('two');
    expect(text.slice(...lineSpan(text, 3))).toBe('three');
    expect(text.slice(...lineSpan(text, 99))).toBe('three');
  });
});
