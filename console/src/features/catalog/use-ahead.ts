// What will change the price of a variant by itself, and where a shop shows another one than ours.
import { useQueries } from '@tanstack/react-query';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import type { ComingPrice, SeenPrice } from '../../ui/price-timeline';
import { comingUp, type Coming } from '../runs/coming-up';
import { BASE, type PriceVersion } from './surfaces';

/** Of more than so many it is not asked whether they have this variant. */
const ASKED_MAX = 10;

export function useComing(variantId: string, surface: string, now: PriceVersion | undefined): ComingPrice[] {
  const jobs = (kind: string) => ({ params: { query: { kind, state: 'queued', limit: 50 } } });
  const starts = $api.useQuery('get', '/api/v1/jobs', jobs('price_changes.start'), { staleTime: 30_000 });
  const returns = $api.useQuery('get', '/api/v1/jobs', jobs('price_changes.return'), { staleTime: 30_000 });
  const coming = comingUp([...(starts.data?.data ?? []), ...(returns.data?.data ?? [])], Date.now());
  const starting = coming.filter(({ kind }) => kind === 'start').slice(0, ASKED_MAX);
  const changes = useQueries({ queries: starting.map(({ priceChangeId: id }) => $api.queryOptions('get', '/api/v1/price-changes/{id}', { params: { path: { id } } })) });
  const rows = useQueries({ queries: starting.map(({ priceChangeId: id }) => $api.queryOptions('get', '/api/v1/price-changes/{id}/rows', { params: { path: { id }, query: { variant_id: variantId } } })) });
  const planned = starting.flatMap((start, index) => startOf(start, changes[index]?.data, rows[index]?.data?.data, surface));
  return [...planned, ...returnsOf(coming, now)].sort((one, other) => Date.parse(one.from) - Date.parse(other.from));
}

type Change = Pick<Schemas['PriceChange'], 'title' | 'surface'>;
type Row = Pick<Schemas['PriceChangeRow'], 'outcome' | 'after'>;

/** What a start makes of the price; nothing where it leaves it alone. */
export function startOf({ at, priceChangeId }: Coming, change: Change | undefined, rows: readonly Row[] | undefined, surface: string): ComingPrice[] {
  const row = rows?.find(({ outcome }) => outcome === 'raise' || outcome === 'cut');
  if (!change || !row?.after || (change.surface ?? BASE) !== surface) return [];
  return [{ from: at, amount: row.after.amount, reason: `“${change.title}” starts`, priceChangeId }];
}

/** The end of the sale that the price now comes from. What it is then is reckoned from the prices and rules of then. */
export function returnsOf(coming: readonly Coming[], now: PriceVersion | undefined): ComingPrice[] {
  const because = now?.because;
  if (!because) return [];
  const ends = coming.filter(({ kind, priceChangeId }) => kind === 'return' && priceChangeId === because.price_change_id);
  return ends.slice(0, 1).map(({ at, priceChangeId }) => ({ from: at, amount: null, reason: `“${because.title}” ends`, priceChangeId }));
}

/** Shops that show another price than ours on a surface. */
export function useSeen(variantId: string, surface: string): SeenPrice[] {
  const project = useProject();
  const drifts = $api.useQuery('get', '/api/v1/drifts', { params: { query: { project: project.slug, variant: variantId, surface, state: 'open' } } }, { staleTime: 30_000 });
  const channels = $api.useQuery('get', '/api/v1/channels', { params: { query: { project: project.slug, limit: 100 } } }, { staleTime: 60_000 });
  const names = new Map((channels.data?.data ?? []).map(({ id, name }) => [id, name]));
  return seenOf(drifts.data?.data ?? [], names);
}

/** Drifts in which the price itself differs, and not only the one it is compared with. */
export function seenOf(drifts: readonly Schemas['Drift'][], names: ReadonlyMap<string, string>): SeenPrice[] {
  return drifts.flatMap(({ found, expected, channel, first_seen_at: from, last_seen_at: until }) =>
    found && found.currency === expected.currency && found.amount !== expected.amount ? [{ amount: found.amount, from, until, shop: names.get(channel) ?? channel }] : [],
  );
}
