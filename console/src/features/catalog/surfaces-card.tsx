// What the variant costs wherever it is sold: the shop's base price and each price list, with how each price came there.
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing, MoneyValue } from '../../ui/values';
import { BASE, heldOf, listInWords, whyOf, type Held, type Surface } from './surfaces';
import { useSurfaces } from './use-surfaces';
import styles from './variant-page.module.css';

/** Each price is a request of its own; more surfaces are shown when asked for. */
const AT_ONCE = 20;

interface Row {
  surface: Surface;
  /** Absent until it has come. */
  held: Held | undefined;
  problem: unknown;
}

export function SurfacesCard({ variantId }: { variantId: string }) {
  const surfaces = useSurfaces();
  const [most, setMost] = useState(AT_ONCE);
  const all = surfaces.data?.data ?? [];
  const shown = all.slice(0, most);
  const prices = useQueries({
    queries: shown.map(({ name }) => $api.queryOptions('get', '/api/v1/variants/{id}/prices', { params: { path: { id: variantId }, query: { surface: name, limit: 1 } } })),
  });
  const rows = shown.map((surface, place): Row => {
    const price = prices[place];
    return { surface, held: price?.data === undefined ? undefined : heldOf(price.data.data[0]), problem: price?.error };
  });
  const failed = rows.find(({ problem }) => problem)?.problem;
  const again = () => prices.forEach((price) => price.error && void price.refetch());
  return (
    <Card title="Prices per surface" flush>
      {surfaces.error ? <ProblemPanel problem={surfaces.error} onRetry={() => void surfaces.refetch()} /> : null}
      {failed ? <ProblemPanel problem={failed} notDone="Some of the prices below did not come." onRetry={again} /> : null}
      {surfaces.isPending ? <Skeleton rows={2} /> : null}
      {rows.length > 0 && <Table caption="Prices per surface" columns={columns} rows={rows} rowKey={({ surface }) => surface.name} busy={prices.some(({ isFetching }) => isFetching)} />}
      {all.length > most && (
        <p className={styles.note}>
          <Button size="xs" onClick={() => setMost(all.length)}>
            {`Show the prices of ${countOf(all.length - most, 'more surface', 'more surfaces')}`}
          </Button>
        </p>
      )}
      {all.length === 1 && <p className={`muted ${styles.note}`}>No price list was read from a connected shop, so this variant has its base price alone.</p>}
    </Card>
  );
}

const columns: Column<Row>[] = [
  {
    key: 'surface',
    header: 'Surface',
    names: true,
    cell: ({ surface }) => (
      <span>
        {surface.title} <span className="mono muted">{surface.name === BASE ? '' : surface.name}</span>
      </span>
    ),
  },
  { key: 'price', header: 'Price', end: true, cell: (row) => <Price row={row} /> },
  { key: 'compare_at', header: 'Compare-at', end: true, cell: ({ held }) => (held?.is === 'now' ? <MoneyValue money={held.price.compare_at} /> : <Missing />) },
  { key: 'since', header: 'Since', cell: ({ held }) => (held?.is === 'now' ? <Instant at={held.price.valid_from} /> : <Missing />) },
  { key: 'why', header: 'Why', cell: ({ held }) => (held?.is === 'now' ? <Reason price={held.price} /> : <Missing />) },
  { key: 'list', header: 'The whole list', prose: true, cell: ({ surface }) => <WholeList surface={surface} /> },
  { key: 'history', header: 'History', cell: ({ surface }) => <ToHistory surface={surface} /> },
];

function Price({ row: { held, problem } }: { row: Row }) {
  if (problem) return <span className="muted">did not come</span>;
  if (held === undefined) return <span className="muted">…</span>;
  if (held.is === 'none') return <span className="muted">not sold there</span>;
  if (held.is === 'now') return <MoneyValue money={held.price.price} />;
  return (
    <span className="muted">
      none since <Instant at={held.price.valid_to ?? held.price.valid_from} />
    </span>
  );
}

/** Why a price is as it is, with the price change behind it where there is one. */
export function Reason({ price }: { price: Schemas['PriceVersion'] }) {
  const project = useProject();
  const { because } = price;
  if (!because) return whyOf(price);
  return (
    <span>
      {whyOf(price)} <Link to={`/${project.slug}/price-changes/${because.price_change_id}`}>{because.title}</Link>
      {because.rule && <span className="muted">, {because.rule}</span>}
    </span>
  );
}

function WholeList({ surface }: { surface: Surface }) {
  if (surface.gone_at)
    return (
      <span>
        <Status word={{ word: 'Gone from the shop', glyph: 'cross', tone: 'warn' }} quiet /> <Instant at={surface.gone_at} />
      </span>
    );
  return (
    <span>
      {listInWords(surface)}
      {surface.read_at && (
        <span className="muted">
          ; read <Instant at={surface.read_at} />
        </span>
      )}
    </span>
  );
}

function ToHistory({ surface }: { surface: Surface }) {
  const [params] = useSearchParams();
  const next = new URLSearchParams(params);
  if (surface.name === BASE) next.delete('surface');
  else next.set('surface', surface.name);
  return (
    <Link to={{ search: next.toString(), hash: 'history' }} className={styles.inCell}>
      See it<span className="visually-hidden">: prices over time, {surface.title}</span>
    </Link>
  );
}
