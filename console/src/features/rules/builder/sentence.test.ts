import { describe, expect, it } from 'vitest';
import { readDocument, type Value } from '../../../ui/document/document-text';
import { conditionInWords, ruleInWords, stepInWords } from './sentence';

const tree = (text: string): Value => {
  const reading = readDocument(text);
  if ('unreadable' in reading) throw new Error(reading.unreadable);
  return reading.tree;
};

describe('a rule in words', () => {
  it('says for whom, what, within which limits and when', () => {
    const said = ruleInWords(
      tree(`
select: { all: [{ tag: { is: tent } }, { vendor: { in: [Fjell, Nordlys, Kar] } }, { not: { price: { lt: 50 EUR } } }] }
steps: [{ percent: -33 }, { amount: -1 EUR }]
rounding: { ending: .99, mode: down }
constraints: { floor: 60 EUR, maximum_move: { percent: 40, amount: 9 EUR } }
compare_at: set_to_before
schedule: { zone: Europe/Berlin, at: 2026-11-16 00:00, until: 2026-11-23 00:00 }
`),
    );
    expect(said).toEqual([
      'For variants where a tag is tent and the vendor is Fjell, Nordlys or Kar and not (the price is below 50 EUR): take 33 % off, then take 1 EUR off, then round down to a price ending in .99.',
      'Never below 60 EUR or farther than 40 % or 9 EUR from the price before.',
      'Where the price falls, the price before becomes the compare-at price.',
      'In force 2026-11-16 00:00 until 2026-11-23 00:00 (Europe/Berlin).',
    ]);
  });

  it('has words for a rule that is only begun', () => {
    expect(ruleInWords(tree('name: a'))).toEqual(['For no variant yet: keep the price.']);
    expect(ruleInWords(tree('select: { all_variants: true }\nsteps: [{ percent: 4 }]'))).toEqual(['For every variant: add 4 %.']);
    expect(ruleInWords(tree('select: { vendor: { in: [] } }'))[0]).toBe('For variants where the vendor is …: keep the price.');
  });
});

describe('conditions in words', () => {
  const said = (text: string) => conditionInWords(tree(text));
  it('keep groups apart', () => {
    expect(said('all: [{ any: [{ sku: { starts_with: A } }, { sku: { is_set: false } }] }, { inventory: { gte: 20 } }]')).toBe('(the SKU starts with A or the SKU is not given) and the stock is at least 20');
    expect(said('any: [{ all: [{ margin: { between: [5, 10.5] } }] }]')).toBe('the margin is between 5 % and 10.5 %');
    expect(said('not: { custom: { key: season, not_in: [autumn] } }')).toBe('not (the custom field season is not autumn)');
    expect(said('created_at: { within: 90 days }')).toBe('the product is at most 90 days old');
  });

  it('say what is not known as it is written', () => {
    expect(said('moon: { phase: full }')).toBe('moon {"phase":"full"}');
    expect(said('price: { lt: 1 EUR, gt: 2 EUR }')).toBe('price {"lt":"1 EUR","gt":"2 EUR"}');
  });
});

describe('steps in words', () => {
  it('tell branches and bands', () => {
    expect(stepInWords(tree('if: { when: { cost: { is_set: true } }, then: [{ markup: 60 }], else: [{ from: msrp }, { percent: -5 }] }'))).toBe(
      'where the cost is known take the cost plus 60 %, elsewhere start from the recommended price and take 5 % off',
    );
    expect(stepInWords(tree('tiers: { by: cost, bands: [{ below: 10 EUR, steps: [{ margin: 40 }] }, { steps: [] }] }'))).toBe('by the cost: below 10 EUR take the price that leaves a margin of 40 %; else leave it');
    expect(stepInWords(tree('beat: { reference: competitor, by: 1 % }'))).toBe('go 1 % below the lowest competitor');
    expect(stepInWords(tree('fly: { to: moon }'))).toBe('{"fly":{"to":"moon"}}');
  });
});
