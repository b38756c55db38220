import { expect, test } from 'vitest';
import { ALL_ROWS } from './rows-filter';
import { rowsElsewhere } from './rows-elsewhere';

const nothing = { ...ALL_ROWS, row: '', sort: '', group: '' };
const texts = (values: typeof nothing) => rowsElsewhere('pch_1', values, ['raise', 'cut'], 'https://x.test').map(({ name, text }) => [name, text()]);

test('the rows at hand are asked for elsewhere with the same filters', () => {
  const [curl, command] = texts({ ...nothing, q: 'tent', sort: '-sku' });
  expect(curl![1]).toContain('/api/v1/price-changes/pch_1/rows?outcome=raise%2Ccut&q=tent&sort=-sku');
  expect(command).toEqual(['calibr', expect.stringMatching(/^calibr price-change rows pch_1 --outcome .?raise,cut.? --query .?tent.?$/)]);
});

test('no command is offered for what it does not know', () => {
  expect(texts({ ...nothing, 'margin_pct[lt]': '0' }).map(([name]) => name)).toEqual(['curl']);
});
