// The columns of the catalogue over rows that are variants or whole products.
import { countOf } from '../../shared/format';
import type { Column } from '../../ui/table';
import type { VariantColumn } from './columns';
import { different, type CatalogueRow, type ProductRow } from './grouping';
import styles from './catalog-page.module.css';

export const keyOf = (row: CatalogueRow) => (row.kind === 'product' ? row.id : row.variant.id);
export const toOf = (row: CatalogueRow) => (row.kind === 'product' ? undefined : row.variant.id);

export function rowColumns(columns: readonly VariantColumn[], toggle: (product: string) => void): Column<CatalogueRow>[] {
  return columns.map((column) => ({
    ...column,
    cell: (row: CatalogueRow, tabIndex?: number) => {
      if (row.kind === 'product') return column.names ? <Opener product={row} tabIndex={tabIndex} onToggle={() => toggle(row.id)} /> : <Values column={column} product={row} />;
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

/** What its variants have in common, or the values as they are: each stands once. */
function Values({ column, product }: { column: VariantColumn; product: ProductRow }) {
  const [first] = product.variants;
  if (first === undefined) return null;
  if (column.key === 'title') return <strong className={styles.product}>{first.product_title}</strong>;
  const { named, more } = different(product.variants, column.text);
  if (named.length === 1) return column.cell(first);
  if (!column.end) return <span className="muted">differs</span>;
  return (
    <>
      {named.map((variant, place) => (
        <span key={variant.id}>
          {place > 0 && <span className="muted"> · </span>}
          {column.cell(variant)}
        </span>
      ))}
      {more > 0 && <span className="muted"> and {more} more</span>}
    </>
  );
}
