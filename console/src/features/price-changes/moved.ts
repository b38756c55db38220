// Which prices of a plan moved since it was made: what was planned from, what was planned, and what the catalogue has now. Pure.
import type { Schemas } from '../../api/client';
import { compareDecimals } from '../../shared/decimal';

type Money = Schemas['Money'];
type Row = Pick<Schemas['PriceChangeRow'], 'variant_id' | 'sku' | 'title' | 'before' | 'after' | 'compare_at_before'>;
type Variant = Pick<Schemas['Variant'], 'id' | 'price' | 'compare_at' | 'price_since' | 'price_source'>;

export interface Moved {
  row: Row;
  /** Nothing where the catalogue has the variant no more. */
  now: Variant | null;
}

export function movedOf(rows: readonly Row[], variants: ReadonlyMap<string, Variant>): Moved[] {
  return rows.flatMap((row) => {
    const now = variants.get(row.variant_id) ?? null;
    if (now && same(row.before, now.price) && same(row.compare_at_before, now.compare_at)) return [];
    return [{ row, now }];
  });
}

/** Whether only the compare-at price is another one. */
export const onlyCompareAt = ({ row, now }: Moved) => now !== null && same(row.before, now.price);

function same(a: Money | null | undefined, b: Money | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  return a.currency === b.currency && compareDecimals(a.amount, b.amount) === 0;
}
