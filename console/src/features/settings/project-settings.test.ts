import { expect, test } from 'vitest';
import { settingConflicts, settingsBody } from './project-settings';

test('what is typed is tidied, what is blank is not sent', () => {
  expect(settingsBody({ country: ' de ', tax: '8,1', included: true })).toEqual({ body: { country: 'DE', tax_rate_pct: '8.1', prices_include_tax: true } });
  expect(settingsBody({ country: '', tax: '' })).toEqual({ body: {} });
  expect(settingsBody({ country: '', tax: ' ', included: false })).toEqual({ body: { prices_include_tax: false } });
});

test('a fault names its field', () => {
  expect(settingsBody({ country: 'DEU', tax: '', included: true })).toMatchObject({ field: 'country' });
  for (const tax of ['19 %', '-1', '1e2', '.5']) expect(settingsBody({ country: 'DE', tax, included: true })).toMatchObject({ field: 'tax' });
});

test('what somebody else changed stands beside what is typed', () => {
  const before = { country: 'DE', tax_rate_pct: '19', prices_include_tax: true };
  expect(settingConflicts({ ...before, country: null, tax_rate_pct: '20' }, before, { tax: ' 8,1 ', included: 'no', country: ' ' })).toEqual([
    { label: 'Country', theirs: 'Not said', was: 'DE', mine: null },
    { label: 'Tax', theirs: '20 %', was: '19 %', mine: '8.1 %' },
    { label: 'Prices in the shop', theirs: 'Include tax', was: null, mine: 'Do not include tax' },
  ]);
});
