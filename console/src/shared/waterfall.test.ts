import { describe, expect, it } from 'vitest';
import { readTrace } from './trace';
import { legsOf } from './waterfall';

const text = JSON.stringify({
  before: '289.90',
  after: '269.90',
  steps: [
    { kind: 'select', output: 'selected' },
    { kind: 'percent', input: '289.90', output: '269.607', reason: '-7 %' },
    { kind: 'amount', input: '269.607', output: '269.607', reason: 'not asked' },
    { kind: 'rounding', input: '269.607', output: '269.90', reason: 'to .90' },
    { kind: 'below_cost', verdict: 'passed', value: '269.90', limit: '139.15' },
  ],
});

describe('the way of a price', () => {
  const legs = legsOf(readTrace(text)!, (kind) => kind.toUpperCase());

  it('leads from the price before to the price after without a gap', () => {
    expect(legs[0]).toMatchObject({ kind: 'start', from: '289.90' });
    expect(legs.at(-1)).toMatchObject({ kind: 'end', to: '269.90' });
    for (const [index, leg] of legs.entries()) if (index > 0) expect(leg.from).toBe(legs[index - 1]!.to);
  });

  it('shows what was asked and changed nothing, and leaves out what only checks', () => {
    expect(legs.map((leg) => `${leg.name} ${leg.kind}`)).toEqual(['Before start', 'PERCENT move', 'AMOUNT still', 'ROUNDING move', 'After end']);
  });

  it('is nothing where no step moves a price', () => {
    expect(legsOf(readTrace('{"steps":[{"kind":"select","output":"skipped"}]}')!, String)).toEqual([]);
  });
});
