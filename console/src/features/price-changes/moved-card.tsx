// What made a plan stale, row by row: the price it was planned from, the price it planned, and the price there is now.
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { formatAmount, formatCount } from '../../shared/format';
import { priceSource } from '../../shared/words';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { LongTable } from '../../ui/long-table';
import type { Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { onlyCompareAt, type Moved } from './moved';
import { LOOKED_AT_MAX, useMoved } from './use-moved';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];

export function MovedCard({ change, why }: { change: PriceChange; why: string }) {
  const project = useProject();
  const query = useMoved(change);
  const pages = { rows: query.data, error: query.error, busy: query.isFetching, hasMore: false, loadingMore: false, loadMore: () => undefined, retry: () => void query.refetch() };
  return (
    <Card title="What moved" flush>
      {change.surface ? (
        <p className={styles.wholePlan}>
          {why} These are prices of the list {change.surface}; which of them moved can be seen on the page of each variant.
        </p>
      ) : (
        <>
          {change.rows_to_apply > LOOKED_AT_MAX && (
            <p className={styles.wholePlan}>
              The first {formatCount(LOOKED_AT_MAX)} of {formatCount(change.rows_to_apply)} planned prices were looked at.
            </p>
          )}
          <List query={pages} noun="prices" empty={<NoneMoved why={why} />}>
            {(rows, busy) => (
              <LongTable
                caption="Prices that moved since the plan, in plan order"
                columns={columns(change.currency)}
                rows={rows}
                rowKey={({ row }) => row.variant_id}
                rowTo={({ row }) => `/${project.slug}/catalog/${row.variant_id}`}
                busy={busy}
                hasMore={false}
                waits={false}
                loadMore={pages.loadMore}
              />
            )}
          </List>
        </>
      )}
    </Card>
  );
}

/** The prices are as they were; something else is not. */
function NoneMoved({ why }: { why: string }) {
  const project = useProject();
  return (
    <>
      <p>{why} Every price is still the one that was planned from.</p>
      <p>
        <Link to={`/${project.slug}/guardrails`}>See the guardrails that hold now</Link>
      </p>
    </>
  );
}

const columns = (currency: string): Column<Moved>[] => [
  { key: 'sku', header: 'SKU', names: true, cell: ({ row }) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', share: 1.6, line: true, cell: ({ row }) => row.title },
  { key: 'before', header: `Before ${currency}`, end: true, cell: ({ row }) => <Amount money={row.before} /> },
  { key: 'planned', header: `Planned ${currency}`, end: true, cell: ({ row }) => <Amount money={row.after} /> },
  { key: 'now', header: `Now ${currency}`, end: true, cell: (moved) => <Now moved={moved} /> },
  { key: 'why', header: 'By', cell: ({ now }) => (now?.price_source ? priceSource(now.price_source) : <Missing />) },
  { key: 'since', header: 'Since', cell: ({ now }) => (now?.price_since ? <Instant at={now.price_since} /> : <Missing />) },
];

function Now({ moved }: { moved: Moved }) {
  if (moved.now === null) return <span className="muted">gone from the catalogue</span>;
  if (onlyCompareAt(moved)) return <span>{moved.now.compare_at ? `compare-at ${formatAmount(moved.now.compare_at)}` : 'compare-at taken away'}</span>;
  return (
    <strong>
      <Amount money={moved.now.price} />
    </strong>
  );
}

function Amount({ money }: { money: Schemas['Money'] | null | undefined }) {
  return money ? <span className="number">{formatAmount(money)}</span> : <Missing />;
}
