import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentToYaml, EXAMPLE_RULE, NEW_RULE } from './rule-text';

describe('a rule as text', () => {
  it('says what the document says, decimals and codes included', () => {
    const document = { schema: 'rule.v1', name: 'yes: no #1', select: { sku: { in: ['0012', '1.50', 'true', 'null'] } }, steps: [{ percent: '-12.50' }] };
    expect(parse(documentToYaml(document))).toEqual(document);
  });

  it('writes amounts as people do', () => {
    const document = { select: { price: { between: [{ amount: '10.00', currency: 'EUR' }, { amount: '20', currency: 'EUR' }] } }, tests: [{ given: { custom: { amount: 'much' } } }] };
    expect(parse(documentToYaml(document))).toEqual({ select: { price: { between: ['10.00 EUR', '20 EUR'] } }, tests: [{ given: { custom: { amount: 'much' } } }] });
  });

  it('has its fields in the order in which people write them', () => {
    const text = documentToYaml({ compare_at: 'keep', name: 'a', steps: [], select: { all_variants: true }, schema: 'rule.v1', newer: 1 });
    expect(text.match(/^\w+/gm)).toEqual(['schema', 'name', 'select', 'steps', 'compare_at', 'newer']);
  });

  it('starts from something that is YAML', () => {
    expect(parse(NEW_RULE)).toMatchObject({ schema: 'rule.v1', name: '', select: { all: [{ tag: { in: [] } }] } });
    expect(parse(EXAMPLE_RULE)).toMatchObject({ schema: 'rule.v1', select: { tag: { is: 'winter' } } });
  });
});
