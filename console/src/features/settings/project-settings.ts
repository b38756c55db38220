// Reads the project's form. What is left blank or was not touched is not sent, so that it stays as it is, also when somebody else
// changes it meanwhile.
import type { Schemas } from '../../api/client';

interface Typed {
  country: string;
  tax: string;
  included?: boolean | undefined;
}

export function settingsBody({ country, tax, included }: Typed): { body: Schemas['ProjectSettings'] } | { field: 'country' | 'tax'; fault: string } {
  const code = country.trim().toUpperCase();
  const rate = tax.trim().replace(',', '.');
  if (code !== '' && !/^[A-Z]{2}$/.test(code)) return { field: 'country', fault: 'A country is two letters, such as DE.' };
  if (rate !== '' && !/^\d{1,3}(\.\d{1,4})?$/.test(rate)) return { field: 'tax', fault: 'Tax is a percentage, such as 19 or 8.1.' };
  return { body: { ...(included === undefined ? {} : { prices_include_tax: included }), ...(code === '' ? {} : { country: code }), ...(rate === '' ? {} : { tax_rate_pct: rate }) } };
}
