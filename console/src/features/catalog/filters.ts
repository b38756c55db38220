// The filters of the catalogue under the API's names, what they are in words, and how many variants they leave. Pure.
import type { Schemas } from '../../api/client';
import type { FilterValues } from '../../shared/url';

export const shape = { q: 'text', vendor: 'text', product_type: 'text', tag: 'text', group: 'text', open: 'list', cols: 'list' } as const;

export type Values = FilterValues<typeof shape>;
export type Narrowing = Pick<Values, 'q' | 'vendor' | 'product_type' | 'tag'>;

export const NOTHING: Narrowing = { q: '', vendor: '', product_type: '', tag: '' };

const names = { q: 'text', vendor: 'vendor', product_type: 'type', tag: 'tag' } as const;

export const narrowingOf = ({ q, vendor, product_type, tag }: Values): Narrowing => ({ q, vendor, product_type, tag });

/** `vendor: Kar, tag: rain`; empty where nothing is narrowed. */
export function narrowingInWords(narrowing: Narrowing): string {
  const on = (Object.keys(names) as (keyof typeof names)[]).filter((name) => narrowing[name] !== '');
  return on.map((name) => `${names[name]}: ${narrowing[name]}`).join(', ');
}

/** How many variants there are under the filters, where a facet says it: a chosen value is counted under all the others. */
export function totalOf(facets: Schemas['Facets'] | undefined, { vendor, product_type, tag }: Narrowing): number | undefined {
  if (facets === undefined) return undefined;
  const chosen = [
    { value: vendor, among: facets.vendors },
    { value: product_type, among: facets.product_types },
    { value: tag, among: facets.tags },
  ].find(({ value }) => value !== '');
  return chosen?.among.find((facet) => facet.value === chosen.value)?.count;
}
