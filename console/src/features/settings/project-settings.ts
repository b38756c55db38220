// Reads the project's form. What is left blank or was not touched is not sent, so that it stays as it is, also when somebody else
// changes it meanwhile. And says in words what is stored, and what somebody else stored while something was typed.
import type { Schemas } from '../../api/client';

type Project = Pick<Schemas['Project'], 'country' | 'tax_rate_pct' | 'prices_include_tax'>;

/** What was typed, by field; what was not touched is not in it. */
export type TypedSettings = Partial<Record<'country' | 'tax' | 'included', string>>;

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

const said = (country: string | null | undefined) => country || 'Not said';
const percent = (rate: string | null | undefined) => (rate ? `${rate} %` : 'Not said');
const taxed = (included: boolean | undefined) => (included ? 'Include tax' : 'Do not include tax');

/** The settings with their labels, in words. */
export function settingWords({ country, tax_rate_pct: rate, prices_include_tax: included }: Project): [label: string, word: string][] {
  return [
    ['Country', said(country)],
    ['Tax', percent(rate)],
    ['Prices in the shop', taxed(included)],
  ];
}

export interface SettingConflict {
  label: string;
  theirs: string;
  /** What it was before them, where they changed it. */
  was: string | null;
  /** What is typed here; null where it was left alone. */
  mine: string | null;
}

/** Each setting as somebody else left it, over what it was when the typing here began. */
export function settingConflicts(theirs: Project, before: Project, typed: TypedSettings): SettingConflict[] {
  const was = settingWords(before);
  const { country = '', tax = '', included } = typed;
  const mine = [country.trim().toUpperCase() || null, tax.trim() === '' ? null : percent(tax.trim().replace(',', '.')), included === undefined ? null : taxed(included === 'yes')];
  return settingWords(theirs).map(([label, word], place) => ({ label, theirs: word, was: was[place]![1] === word ? null : was[place]![1], mine: mine[place]! }));
}
