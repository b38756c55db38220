// The columns of the catalogue over rows that are variants or whole products.
import { countOf } from '../../shared/format';
import type { Column } from '../../ui/table';
import type { VariantColumn } from './columns';
import { different, type CatalogueRow, type ProductRow } from './grouping';
import styles from './catalog-page.module.css';

export const keyOf = (row: CatalogueRow) => (row.kind === 'product' ? row.id : row.variant.id);
export const toOf = (row: CatalogueRow) => (row.kind === 'product' ? undefined : row.variant.id);

const GROUPED_SHARE = 1.4;

/** `toggle` is there where variants are grouped. */
export function rowColumns(columns: readonly VariantColumn[], toggle: ((product: string) => void) | null): Column<CatalogueRow>[] {
  return columns.map((column) => ({
    ...column,
    // Room for a SKU under its product, and for an amount with a few words.
    ...(toggle !== null && (column.names || column.end) ? { share: GROUPED_SHARE } : {}),
    cell: (row: CatalogueRow, tabIndex?: number) => {
      if (row.kind === 'product') return column.names ? <Opener product={row} tabIndex={tabIndex} onToggle={() => toggle?.(row.id)} /> : <Values column={column} product={row} />;
      return row.nested && column.names ? <span className={styles.nested}>{column.cell(row.variant)}</span> : column.cell(row.variant);
    },
  }));
}

function Opener({ product, tabIndex, onToggle }: { product: ProductRow; tabIndex: number | undefined; onToggle: () => void }) {
  return (
    <button type="button" className={styles.opener} aria-expanded={product.open} onClick={onToggle} {...(tabIndex === undefined ? {} : { tabIndex })}>
      <span className={styles.arrow} data-open={product.open || undefined} aria-hidden="true">
        ▸
      </span>
      {countOf(product.variants.length, 'variant', 'variants')}
      <span className="visually-hidden"> of {product.variants[0]?.product_title}</span>
    </button>
  );
}

/** What its variants have in common, or the first of the values and how many others there are: a range is not reckoned here. */
function Values({ column, product }: { column: VariantColumn; product: ProductRow }) {
  const [first] = product.variants;
  if (first === undefined) return null;
  if (column.key === 'title') return <strong className={styles.product}>{first.product_title}</strong>;
  const values = different(product.variants, column.text);
  if (values.length === 1) return column.cell(first);
  if (!column.end) return <span className="muted">differs</span>;
  return (
    <span className={styles.several}>
      {column.cell(first)} <span className="muted">+{values.length - 1} more</span>
    </span>
  );
}
