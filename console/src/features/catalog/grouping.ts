// Variants under their products, in the order in which the server sends them. Pure; nothing is reckoned with their prices.
import type { Variant } from './columns';

export interface ProductRow {
  kind: 'product';
  id: string;
  variants: readonly Variant[];
  open: boolean;
}

export interface VariantRow {
  kind: 'variant';
  variant: Variant;
  /** Whether it stands under its product. */
  nested: boolean;
}

export type CatalogueRow = ProductRow | VariantRow;

export const alone = (variants: readonly Variant[]): CatalogueRow[] => variants.map((variant) => ({ kind: 'variant', variant, nested: false }));

/** A product with one variant is that variant; of any other, the variants follow where it is open. */
export function grouped(variants: readonly Variant[], open: readonly string[]): CatalogueRow[] {
  const products = new Map<string, Variant[]>();
  for (const variant of variants) {
    const own = products.get(variant.product_id);
    if (own) own.push(variant);
    else products.set(variant.product_id, [variant]);
  }
  const isOpen = new Set(open);
  return [...products].flatMap(([id, own]): CatalogueRow[] => {
    if (own.length === 1) return alone(own);
    const product: ProductRow = { kind: 'product', id, variants: own, open: isOpen.has(id) };
    return product.open ? [product, ...own.map((variant): VariantRow => ({ kind: 'variant', variant, nested: true }))] : [product];
  });
}

/** The first variant of each value that differs. */
export function different(variants: readonly Variant[], text: (variant: Variant) => string): Variant[] {
  const seen = new Set<string>();
  return variants.filter((variant) => !seen.has(text(variant)) && seen.add(text(variant)));
}
