// The columns of the catalogue: how each is drawn, and what it says in a CSV file.
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { formatAmount, formatCount } from '../../shared/format';
import { priceSource } from '../../shared/words';
import type { Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';

export type Variant = Schemas['Variant'];

export interface VariantColumn extends Omit<Column<Variant>, 'cell'> {
  cell: (row: Variant) => ReactNode;
  /** The same as text, as the API has it; empty where there is nothing. */
  text: (row: Variant) => string;
}

export const USUAL = ['sku', 'title', 'vendor', 'type', 'price', 'compare_at', 'since', 'source'];

type AmountField = 'price' | 'compare_at' | 'cost' | 'msrp' | 'map' | 'competitor_lowest';

const amount = (key: AmountField, header: string): VariantColumn => ({
  key,
  header,
  end: true,
  text: (row) => row[key]?.amount ?? '',
  cell: (row) => {
    const money = row[key];
    return money ? <span className="number">{formatAmount(money)}</span> : <Missing />;
  },
});

const count = (key: 'inventory' | 'units_sold_30d', header: string): VariantColumn => ({
  key,
  header,
  end: true,
  text: (row) => String(row[key] ?? ''),
  cell: (row) => {
    const pieces = row[key];
    return pieces === null || pieces === undefined ? <Missing /> : <span className="number">{formatCount(pieces)}</span>;
  },
});

const words = (key: string, header: string, text: (row: Variant) => string, said: (text: string) => ReactNode = (each) => each): VariantColumn => ({
  key,
  header,
  line: true,
  text,
  cell: (row) => {
    const own = text(row);
    return own === '' ? <Missing /> : said(own);
  },
});

export const variantTitle = (row: Variant) => (row.title ? `${row.product_title} · ${row.title}` : row.product_title);

/** All there are, in the order in which they stand. Amounts stand in the project's currency, which the headings name. */
export const variantColumns = (currency: string): VariantColumn[] => [
  { key: 'sku', header: 'SKU', share: 1.2, names: true, text: (row) => row.sku, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  {
    key: 'title',
    header: 'Product',
    share: 2,
    line: true,
    text: variantTitle,
    cell: (row) => (
      <span>
        {row.product_title}
        {row.title && <span className="muted"> · {row.title}</span>}
      </span>
    ),
  },
  words('vendor', 'Vendor', (row) => row.vendor),
  words('type', 'Type', (row) => row.product_type),
  words('tags', 'Tags', (row) => row.tags.join(', ')),
  words('collections', 'Collections', (row) => (row.collections ?? []).join(', ')),
  amount('price', `Price ${currency}`),
  amount('compare_at', 'Compare-at'),
  amount('cost', 'Cost'),
  amount('map', 'Lowest to advertise'),
  amount('msrp', 'Suggested retail'),
  amount('competitor_lowest', 'Lowest competitor'),
  count('inventory', 'In stock'),
  count('units_sold_30d', 'Sold in 30 days'),
  words('since', 'Since', (row) => row.price_since ?? '', (at) => <Instant at={at} />),
  words('source', 'Why', (row) => row.price_source ?? '', priceSource),
];
