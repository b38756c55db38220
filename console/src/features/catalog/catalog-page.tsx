// The catalogue: every variant with its price, since when and why. Filters run on the server and live in the address.
import { useMemo } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/client';
import { useFacets } from '../../api/facets';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { shownColumns } from '../../shared/columns';
import { commandOf, curlOf } from '../../shared/copy-as';
import { pageSize } from '../../shared/page-size';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { Button, DownloadLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Check } from '../../ui/check';
import { ColumnChoice } from '../../ui/column-choice';
import { CopyAs, type Copyable } from '../../ui/copy-as';
import { FacetField } from '../../ui/facet-field';
import { SearchField } from '../../ui/fields';
import { List } from '../../ui/list';
import { LongTable, useIsLong } from '../../ui/long-table';
import { SavedViews } from '../../ui/saved-views';
import styles from './catalog-page.module.css';
import { USUAL, variantColumns, type Variant, type VariantColumn } from './columns';
import { narrowingInWords, narrowingOf, NOTHING, shape, totalOf, type Narrowing } from './filters';
import { alone, grouped } from './grouping';
import { ImportFile } from './import-dialog';
import { keyOf, rowColumns, toOf } from './rows';
import { allRows, variantsCsv } from './variants-csv';

/** So long the catalogue is not asked for again when the reader comes back to the page. */
const FRESH_MS = 60_000;
const CSV_PAGE = 1000;
/** Which products are open just now is no part of a view. */
const PASSING = ['open'];

export function Component() {
  const project = useProject();
  const me = useMe();
  const { values, change } = useFilters(shape);
  const narrowing = narrowingOf(values);
  const query = usePages<Variant>({
    key: ['variants', project.slug, narrowing],
    load: (cursor, signal) => loadVariants(project.slug, narrowing, pageSize(cursor), cursor, signal),
    freshMs: FRESH_MS,
  });
  const facets = useFacets(project.slug, narrowing);
  const total = facets.isPlaceholderData ? undefined : totalOf(facets.data, narrowing);
  const words = narrowingInWords(narrowing);
  const filtered = words === '' ? undefined : { words, clear: () => change(NOTHING) };
  const columns = useShownColumns(project.currency, values.cols);

  return (
    <Page
      title="Catalogue"
      subtitle={`Every variant with its price in ${project.currency}, as Calibr last saw it.`}
      actions={
        <>
          <SavedViews list="catalog" passing={PASSING} />
          <CopyAs forms={copyable(project, narrowing, columns.shown)} />
          {mayAct(me.role, 'editor') && <ImportFile />}
          <DownloadLink href={`/api/v1/catalog/export?project=${project.slug}`}>Export CSV</DownloadLink>
        </>
      }
    >
      <Card title="Variants" flush aside={<Filters narrowing={narrowing} facets={facets} change={change} />}>
        <div className={styles.shown}>
          <Check label="Group by product" checked={values.group === 'product'} onChange={(on) => change({ group: on ? 'product' : '', open: [] })} />
          <ColumnChoice columns={columns.all} usual={USUAL} shown={columns.shown.map(({ key }) => key)} onChoose={(cols) => change({ cols }, 'type')} />
        </div>
        <List
          query={query}
          noun="variants"
          total={total}
          endless={useIsLong(query)}
          whole={`/api/v1/catalog/export?project=${project.slug}`}
          filtered={filtered}
          empty={
            <>
              <p>
                The catalogue holds what you sell. Rules select from it. It is empty: read it from a CSV file, or <Link to={`/${project.slug}/connectors`}>connect a shop</Link> and read it from there.
              </p>
              <NeedsRole role="editor" to="the catalogue but not read a file into it">
                <ImportFile weight="primary" />
              </NeedsRole>
              <code>calibr catalog import products.csv</code>
            </>
          }
        >
          {(rows, busy) => (
            <Variants
              rows={rows}
              columns={columns.shown}
              open={values.group === 'product' ? values.open : null}
              change={change}
              query={query}
              busy={busy}
              total={total}
            />
          )}
        </List>
      </Card>
    </Page>
  );
}

async function loadVariants(project: string, narrowing: Narrowing, limit: number, cursor: string | undefined, signal?: AbortSignal) {
  const set = Object.fromEntries(Object.entries(narrowing).filter(([, value]) => value !== ''));
  const { data } = await api.GET('/api/v1/catalog/variants', { params: { query: { project, limit, cursor, ...set } }, ...(signal ? { signal } : {}) });
  return data!;
}

function useShownColumns(currency: string, asked: string[]) {
  return useMemo(() => {
    const all = variantColumns(currency);
    const keys = shownColumns(all.map(({ key }) => key), USUAL, asked, 'sku');
    return { all, shown: all.filter(({ key }) => keys.includes(key)) };
  }, [currency, asked]);
}

interface FiltersProps {
  narrowing: Narrowing;
  facets: ReturnType<typeof useFacets>;
  change: (next: Partial<Narrowing>, how?: 'choose' | 'type') => void;
}

function Filters({ narrowing, facets, change }: FiltersProps) {
  const { data, error, refetch } = facets;
  return (
    <div className={styles.filters} role="search" aria-label="Variants">
      <Search value={narrowing.q} commit={(q) => change({ q }, 'type')} />
      <FacetField label="Vendor" value={narrowing.vendor} facets={data?.vendors ?? []} onChoose={(vendor) => change({ vendor })} />
      <FacetField label="Type" value={narrowing.product_type} facets={data?.product_types ?? []} onChoose={(product_type) => change({ product_type })} />
      <FacetField label="Tag" value={narrowing.tag} facets={data?.tags ?? []} onChoose={(tag) => change({ tag })} />
      {error && (
        <Button size="xs" weight="quiet" onClick={() => void refetch()}>
          Counts did not come. Try again
        </Button>
      )}
      {narrowingInWords(narrowing) !== '' && (
        <Button weight="quiet" onClick={() => change(NOTHING)}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Search({ value, commit }: { value: string; commit: (value: string) => void }) {
  const [typed, setTyped] = useTypedFilter(value, commit);
  return <SearchField label="SKU, title or vendor" value={typed} onChange={setTyped} />;
}

interface VariantsProps {
  rows: Variant[];
  columns: VariantColumn[];
  /** The products whose variants are seen; null where variants are not grouped. */
  open: string[] | null;
  change: (next: { open: string[] }, how: 'type') => void;
  query: ReturnType<typeof usePages<Variant>>;
  busy: boolean;
  total: number | undefined;
}

function Variants({ rows, columns, open, change, query, busy, total }: VariantsProps) {
  const long = useIsLong(query);
  const shown = useMemo(() => (open === null ? alone(rows) : grouped(rows, open)), [rows, open]);
  const drawn = useMemo(() => rowColumns(columns, open && ((product) => change({ open: toggled(open, product) }, 'type'))), [columns, open, change]);
  return (
    <LongTable
      caption={open === null ? 'Variants' : 'Variants by product'}
      columns={drawn}
      rows={shown}
      rowKey={keyOf}
      rowTo={toOf}
      busy={busy}
      total={open === null ? total : undefined}
      hasMore={query.hasMore}
      waits={query.loadingMore || query.error !== null}
      loadMore={query.loadMore}
      long={long}
    />
  );
}

function copyable(project: { slug: string; currency: string }, narrowing: Narrowing, columns: VariantColumn[]): Copyable[] {
  const { q, vendor, product_type, tag } = narrowing;
  return [
    { name: 'curl', text: () => curlOf(location.origin, '/api/v1/catalog/variants', { project: project.slug, q, vendor, product_type, tag }) },
    { name: 'calibr', text: () => commandOf('catalog ls', { project: project.slug, query: q, vendor, 'product-type': product_type, tag }) },
    {
      name: 'CSV',
      text: async () => variantsCsv(columns, project.currency, await allRows((cursor) => loadVariants(project.slug, narrowing, CSV_PAGE, cursor))),
    },
  ];
}
