// The catalogue: every variant with its price, since when and why. Filters run on the server and live in the address.
import { useMemo } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { commandOf, curlOf } from '../../shared/copy-as';
import { formatAmount } from '../../shared/format';
import type { FilterValues } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { priceSource } from '../../shared/words';
import { Button, DownloadLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { CopyAs, type Copyable } from '../../ui/copy-as';
import { SearchField } from '../../ui/fields';
import { List } from '../../ui/list';
import { LongTable, pageSize, useIsLong } from '../../ui/long-table';
import type { Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import styles from './catalog-page.module.css';

type Variant = Schemas['Variant'];

const shape = { q: 'text', vendor: 'text', product_type: 'text', tag: 'text' } as const;
const names = { q: 'text', vendor: 'vendor', product_type: 'type', tag: 'tag' } as const;
/** So long the catalogue is not asked for again when the reader comes back to the page. */
const FRESH_MS = 60_000;
const keyOf = (row: Variant) => row.id;
const nothing = { q: '', vendor: '', product_type: '', tag: '' };

export function Component() {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const query = usePages<Variant>({
    key: ['variants', project.slug, values],
    load: async (cursor, signal) => {
      const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
      const { data } = await api.GET('/api/v1/catalog/variants', { params: { query: { project: project.slug, limit: pageSize(cursor), cursor, ...set } }, signal });
      return data!;
    },
    freshMs: FRESH_MS,
  });
  const long = useIsLong(query);
  const shown = useMemo(() => columns(project.currency), [project.currency]);
  const on = (Object.keys(names) as (keyof typeof names)[]).filter((name) => values[name] !== '');
  const filtered = on.length > 0 ? { words: on.map((name) => `${names[name]}: ${values[name]}`).join(', '), clear: () => change(nothing) } : undefined;

  return (
    <Page
      title="Catalogue"
      subtitle={`Every variant with its price in ${project.currency}, as Calibr last saw it.`}
      actions={
        <>
          <CopyAs forms={copyable(project.slug, values)} />
          <DownloadLink href={`/api/v1/catalog/export?project=${project.slug}`}>Export CSV</DownloadLink>
        </>
      }
    >
      <Card
        title="Variants"
        flush
        aside={
          <div className={styles.filters} role="search" aria-label="Variants">
            <Filter label="SKU, title or vendor" value={values.q} commit={(q) => change({ q }, 'type')} />
            <Filter label="Vendor" value={values.vendor} commit={(vendor) => change({ vendor }, 'type')} />
            <Filter label="Type" value={values.product_type} commit={(product_type) => change({ product_type }, 'type')} />
            <Filter label="Tag" value={values.tag} commit={(tag) => change({ tag }, 'type')} />
            {filtered && (
              <Button weight="quiet" onClick={filtered.clear}>
                Clear
              </Button>
            )}
          </div>
        }
      >
        <List
          query={query}
          noun="variants"
          endless={long}
          filtered={filtered}
          empty={
            <>
              <p>The catalogue holds what you sell. Rules select from it. It is empty: read it from a CSV file or from a connected shop.</p>
              <code>calibr catalog import products.csv</code>
            </>
          }
        >
          {(rows, busy) => (
            <LongTable
              caption="Variants"
              columns={shown}
              rows={rows}
              rowKey={keyOf}
              rowTo={keyOf}
              busy={busy}
              hasMore={query.hasMore}
              waits={query.loadingMore || query.error !== null}
              loadMore={query.loadMore}
            />
          )}
        </List>
      </Card>
    </Page>
  );
}

function copyable(project: string, { q, vendor, product_type, tag }: FilterValues<typeof shape>): Copyable[] {
  return [
    { name: 'curl', text: () => curlOf(location.origin, '/api/v1/catalog/variants', { project, q, vendor, product_type, tag }) },
    { name: 'calibr', text: () => commandOf('catalog ls', { project, query: q, vendor, 'product-type': product_type, tag }) },
  ];
}

function Filter({ label, value, commit }: { label: string; value: string; commit: (value: string) => void }) {
  const [typed, setTyped] = useTypedFilter(value, commit);
  return <SearchField label={label} value={typed} onChange={setTyped} />;
}

const columns = (currency: string): Column<Variant>[] => [
  { key: 'sku', header: 'SKU', names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  {
    key: 'title',
    header: 'Product',
    share: 2,
    line: true,
    cell: (row) => (
      <span>
        {row.product_title}
        {row.title && <span className="muted"> · {row.title}</span>}
      </span>
    ),
  },
  { key: 'vendor', header: 'Vendor', line: true, cell: (row) => row.vendor },
  { key: 'type', header: 'Type', line: true, cell: (row) => row.product_type || <Missing /> },
  { key: 'price', header: `Price ${currency}`, end: true, cell: (row) => <Amount money={row.price} /> },
  { key: 'compare_at', header: 'Compare-at', end: true, cell: (row) => <Amount money={row.compare_at} /> },
  { key: 'since', header: 'Since', cell: (row) => (row.price_since ? <Instant at={row.price_since} /> : <Missing />) },
  { key: 'source', header: 'Why', cell: (row) => (row.price_source ? priceSource(row.price_source) : <Missing />) },
];

function Amount({ money }: { money: Schemas['Money'] | null | undefined }) {
  return money ? <span className="number">{formatAmount(money)}</span> : <Missing />;
}
