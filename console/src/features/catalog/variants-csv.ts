// The variants of a list as CSV: every one that the filters leave, in the columns that are shown. Amounts stay as they are.
import type { PageOf } from '../../api/pages';
import { csvOf } from '../../shared/csv';
import type { Variant, VariantColumn } from './columns';

/** More rows than this belong into a file that the server makes. */
export const CSV_MOST = 10_000;

type CsvColumn = Pick<VariantColumn, 'key' | 'text'>;

export function variantsCsv(columns: readonly CsvColumn[], currency: string, rows: readonly Variant[]): string {
  const head = ['id', ...columns.map(({ key }) => key), 'currency'];
  return csvOf([head, ...rows.map((row) => [row.id, ...columns.map(({ text }) => text(row)), currency])]);
}

/** Every row of a list, page by page. */
export async function allRows<T>(load: (cursor: string | undefined) => Promise<PageOf<T>>, most = CSV_MOST): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await load(cursor);
    rows.push(...page.data);
    if (rows.length > most || (rows.length === most && page.has_more)) throw new Error(`More than ${most} variants match. Narrow the filters, or export the whole catalogue.`);
    if (!page.has_more || !page.next_cursor) return rows;
    cursor = page.next_cursor;
  }
}
