// One variant: its price now, everywhere it is sold, why it is so (step by step, for any instant), every price it had, and
// what was done to it.
import { useEffect } from 'react';
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { priceSource } from '../../shared/words';
import { Card, Facts } from '../../ui/card';
import { SelectField } from '../../ui/fields';
import { List, Skeleton } from '../../ui/list';
import { PriceTimeline, type TimedPrice } from '../../ui/price-timeline';
import { ProblemPanel } from '../../ui/problem-panel';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing, MoneyValue } from '../../ui/values';
import { AuditCard } from './audit-card';
import { variantTitle } from './columns';
import { ExplainCard } from './explain-card';
import { BASE, type PriceVersion } from './surfaces';
import { Reason, SurfacesCard } from './surfaces-card';
import { useComing, useSeen } from './use-ahead';
import { useChosenSurface } from './use-surfaces';
import styles from './variant-page.module.css';

const HISTORY = 'history';

export function Component() {
  const { variantId = '' } = useParams();
  const project = useProject();
  const variant = $api.useQuery('get', '/api/v1/variants/{id}', { params: { path: { id: variantId } } });
  const above = [{ label: 'Catalogue', to: `/${project.slug}/catalog` }];
  const title = variant.data ? variantTitle(variant.data) : 'Variant';

  return (
    <Page
      title={title}
      documentTitle={variant.data?.sku ? `${variant.data.sku} · ${title}` : title}
      above={above}
      badges={<CopyableId id={variantId} label="variant id" />}
    >
      {variant.error ? <ProblemPanel problem={variant.error} onRetry={() => void variant.refetch()} /> : null}
      {variant.data ? <VariantFacts variant={variant.data} /> : variant.isPending ? <Skeleton rows={3} /> : null}
      {variant.data && (
        <>
          <SurfacesCard variantId={variantId} />
          <ExplainCard variantId={variantId} />
          <PriceHistory variantId={variantId} />
          <AuditCard variantId={variantId} />
        </>
      )}
    </Page>
  );
}

function VariantFacts({ variant }: { variant: Schemas['Variant'] }) {
  return (
    <Card title="Now">
      <Facts
        facts={[
          ['Price', <MoneyValue money={variant.price} />],
          ['Compare-at', <MoneyValue money={variant.compare_at} />],
          ['Cost', <MoneyValue money={variant.cost} />],
          ['Since', variant.price_since ? <Instant at={variant.price_since} /> : <Missing />],
          ['Why', variant.price_source ? priceSource(variant.price_source) : <Missing />],
          ['SKU', <span className="mono">{variant.sku || 'no SKU'}</span>],
          ['Vendor', variant.vendor || <Missing />],
          ['Type', variant.product_type || <Missing />],
          ['Tags', variant.tags.length > 0 ? variant.tags.join(', ') : <Missing />],
        ]}
      />
    </Card>
  );
}

function PriceHistory({ variantId }: { variantId: string }) {
  const { hash, key } = useLocation();
  const { surface, surfaces, choose } = useChosenSurface();
  useEffect(() => {
    if (hash === `#${HISTORY}`) document.getElementById(HISTORY)?.focus();
  }, [hash, key]);
  return (
    <Card
      title="Price history"
      anchor={HISTORY}
      flush
      aside={surfaces.length > 1 && <SelectField label="Price surface" value={surface} onChange={choose} options={surfaces.map(({ name, title }) => [name, title])} />}
    >
      {/* Prices of another surface are another list: none of them is seen under its name. */}
      <SurfaceHistory key={surface} variantId={variantId} surface={surface} />
    </Card>
  );
}

function SurfaceHistory({ variantId, surface }: { variantId: string; surface: string }) {
  const [, setParams] = useSearchParams();
  const query = usePages<PriceVersion>({
    key: ['prices', `${variantId} ${surface}`],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/variants/{id}/prices', { params: { path: { id: variantId }, query: { cursor, ...(surface === BASE ? {} : { surface }) } }, signal });
      return data!;
    },
  });
  const explain = (at: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        next.set('at', at);
        return next;
      },
      { preventScrollReset: true },
    );
  const rows = query.rows ?? [];
  const coming = useComing(variantId, surface, rows[0]);
  const seen = useSeen(variantId, surface);
  const navigate = useNavigate();
  const project = useProject();
  return (
    <>
      {rows[0] && (
        <div className={styles.timeline}>
          <PriceTimeline
            prices={rows.map(timed)}
            coming={coming}
            seen={seen}
            currency={rows[0].price.currency}
            until={new Date().toISOString()}
            onChoose={explain}
            onOpen={(id) => void navigate(`/${project.slug}/price-changes/${id}`)}
          />
        </div>
      )}
      <List query={query} noun="prices" empty={<p>Calibr has not seen a price for this variant yet.</p>}>
        {(versions, busy) => <Table caption="Prices, newest first" columns={historyColumns} rows={versions} rowKey={(row) => row.id} busy={busy} isCurrent={(row) => !row.valid_to} />}
      </List>
    </>
  );
}

const timed = (version: PriceVersion): TimedPrice => ({
  amount: version.price.amount,
  from: version.valid_from,
  until: version.valid_to ?? null,
  reason: `${priceSource(version.source)}${version.because ? ` “${version.because.title}”` : ''} by ${version.actor}`,
});

const historyColumns: Column<PriceVersion>[] = [
  { key: 'from', header: 'From', names: true, cell: (row) => <Instant at={row.valid_from} absolute /> },
  { key: 'to', header: 'Until', cell: (row) => (row.valid_to ? <Instant at={row.valid_to} absolute /> : 'now') },
  { key: 'price', header: 'Price', end: true, cell: (row) => <MoneyValue money={row.price} /> },
  { key: 'compare_at', header: 'Compare-at', end: true, cell: (row) => <MoneyValue money={row.compare_at} /> },
  { key: 'source', header: 'Why', cell: (row) => <Reason price={row} /> },
  { key: 'source_id', header: 'Source', cell: (row) => (row.source_id ? <CopyableId id={row.source_id} label="source id" short /> : <Missing />) },
  { key: 'actor', header: 'Who', line: true, cell: (row) => row.actor },
];
