import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FIRST_GUARDRAILS, guardrailsToYaml, notSet, settingsInWords } from './settings-text';

describe('the settings of a guardrail', () => {
  it('are told without the mode, every name and number once', () => {
    expect(settingsInWords({ mode: 'soft', down_percent: '50', up_percent: '100' })).toBe('down 50 %, up 100 %');
    expect(settingsInWords({ mode: 'hard', missing_cost: 'block', revenue: null })).toBe('missing cost block');
    expect(settingsInWords({ at_least: { amount: '5.00', currency: 'EUR' }, windows: [{ from: 'a' }, { from: 'b' }] })).toBe('at least 5.00 EUR, windows from a; from b');
    expect(settingsInWords({ percent_of_catalogue: '30', at_least_rows: 1000 })).toBe('30 % of catalogue, at least rows 1000');
    expect(settingsInWords({ percent: '12.5' })).toBe('12.5 %');
    expect(settingsInWords({ mode: 'hard' })).toBe('');
  });

  it('tell which guardrails nobody spoke of', () => {
    expect(notSet(['floor'])).not.toContain('Floor');
    expect(notSet([])).toContain('Floor');
  });
});

describe('guardrails as text', () => {
  it('say what the document says', () => {
    const document = { schema: 'guardrails.v1', below_cost: { mode: 'hard' }, floor: { mode: 'off', amount: '0010' } };
    expect(parse(guardrailsToYaml(document))).toEqual(document);
  });

  it('have their fields in the order in which people write them', () => {
    const text = guardrailsToYaml({ zebra: { mode: 'off' }, blast_radius: { at_least_rows: 1, mode: 'soft' }, near_zero: { mode: 'hard' }, schema: 'guardrails.v1' });
    expect(text.match(/\w+(?=:)/g)).toEqual(['schema', 'near_zero', 'mode', 'blast_radius', 'mode', 'at_least_rows', 'zebra', 'mode']);
  });

  it('start from something that is YAML', () => {
    expect(parse(FIRST_GUARDRAILS)).toMatchObject({ schema: 'guardrails.v1' });
  });
});
