// Files that tell the catalogue something: how one is sent, or only tried, and what became of its lines in words.
import { api, type Schemas } from '../../api/client';
import type { FieldFault } from '../../api/problem';
import { countOf } from '../../shared/format';

export type Kind = 'products' | 'facts' | 'history';
export type Mark = 'auto' | 'point' | 'comma';

export const kinds: [Kind, string][] = [
  ['products', 'Products: a Shopify product CSV'],
  ['facts', 'Facts of variants: cost, stock, recommended price …'],
  ['history', 'Prices of the past'],
];

export const columnsOf: Record<Kind, string> = {
  products: 'The columns of Shopify’s own product export; at least Handle and Variant Price.',
  facts: 'sku or variant_id, then any of cost, inventory, msrp, map, competitor_lowest, units_sold_30d, collections, created_at, custom.KEY.',
  history: 'sku or variant_id, price, valid_from, and if wanted compare_at, valid_to, surface.',
};

export interface Sent {
  kind: Kind;
  file: File;
  /** Only products have amounts that are written either way. */
  mark: Mark;
  dryRun: boolean;
}

export interface Outcome {
  /** What was read, and what of it says something new. */
  words: string;
  /** Rows that are usable. */
  usable: number;
  refusedCount: number;
  refused: FieldFault[];
  /** Values that were read differently than written. */
  changed: FieldFault[];
}

export async function sendFile(project: string, { kind, file, mark, dryRun }: Sent, key: string): Promise<Outcome> {
  const body = file as unknown as string;
  const header = { 'Idempotency-Key': key };
  const raw = { body, bodySerializer: (sent: string) => sent, headers: { 'Content-Type': 'text/csv' } };
  if (kind === 'products') {
    const { data } = await api.POST('/api/v1/catalog/imports', { ...raw, params: { query: { project, decimal_mark: mark, dry_run: dryRun }, header } });
    return outcomeOfProducts(data!);
  }
  const params = { query: { project, dry_run: dryRun }, header };
  const { data } = kind === 'facts' ? await api.POST('/api/v1/catalog/facts', { ...raw, params }) : await api.POST('/api/v1/catalog/history', { ...raw, params });
  return outcomeOfRows(data!);
}

export function outcomeOfProducts({ products, variants, variants_new: fresh, prices_changed: moved, refused_count: refusedCount, refused, changed }: Schemas['ImportReport']): Outcome {
  const words = `${countOf(variants, 'variant', 'variants')} in ${countOf(products, 'product', 'products')}: ${countOf(fresh, 'new variant', 'new variants')}, ${countOf(moved, 'other price', 'other prices')} than known so far.`;
  return { words, usable: variants, refusedCount, refused, changed };
}

export function outcomeOfRows({ rows, taken, unchanged, refused_count: refusedCount, refused }: Schemas['UploadReport']): Outcome {
  const words = `${countOf(rows, 'row', 'rows')}: ${countOf(taken, 'says', 'say')} something new, ${countOf(unchanged, 'says', 'say')} what is known already.`;
  return { words, usable: taken, refusedCount, refused, changed: [] };
}

/** What stands between the reader and taking the file; undefined when nothing does. */
export function hindrance(file: File | null, tried: Outcome | null): string | undefined {
  if (file === null) return 'Choose a file.';
  return tried !== null && tried.usable === 0 ? 'Nothing in this file can be taken or is new.' : undefined;
}
