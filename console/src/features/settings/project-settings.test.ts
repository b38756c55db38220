import { expect, test } from 'vitest';
import { settingsBody } from './project-settings';

test('what is typed is tidied, what is blank is not sent', () => {
  expect(settingsBody({ country: ' de ', tax: '8,1', included: true })).toEqual({ body: { country: 'DE', tax_rate_pct: '8.1', prices_include_tax: true } });
  expect(settingsBody({ country: '', tax: '' })).toEqual({ body: {} });
  expect(settingsBody({ country: '', tax: ' ', included: false })).toEqual({ body: { prices_include_tax: false } });
});

test('a fault names its field', () => {
  expect(settingsBody({ country: 'DEU', tax: '', included: true })).toMatchObject({ field: 'country' });
  for (const tax of ['19 %', '-1', '1e2', '.5']) expect(settingsBody({ country: 'DE', tax, included: true })).toMatchObject({ field: 'tax' });
});
