// Reads what moved since a plan was made. The server says how many, not which: its rows are held beside the catalogue as it is now.
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { movedOf, type Moved } from './moved';

/** Rows per request. */
const PAGE = 1_000;

/** As many rows of the plan are looked at. */
export const LOOKED_AT_MAX = 10_000;

export function useMoved(change: Schemas['PriceChange']) {
  const project = useProject();
  return useQuery({
    queryKey: ['moved', change.id],
    queryFn: ({ signal }) => readMoved(change.id, project.slug, signal),
    // The catalogue lists base prices only.
    enabled: !change.surface,
    staleTime: 15_000,
  });
}

async function readMoved(id: string, project: string, signal: AbortSignal): Promise<Moved[]> {
  const rows = await plannedRows(id, signal);
  const missing = new Set(rows.map((row) => row.variant_id));
  const found = new Map<string, Schemas['Variant']>();
  for (let cursor: string | undefined; missing.size > 0; ) {
    const { data } = await api.GET('/api/v1/catalog/variants', { params: { query: { project, limit: PAGE, cursor } }, signal });
    for (const variant of data!.data) if (missing.delete(variant.id)) found.set(variant.id, variant);
    if (!data!.has_more || !data!.next_cursor) break;
    cursor = data!.next_cursor;
  }
  return movedOf(rows, found);
}

async function plannedRows(id: string, signal: AbortSignal) {
  const rows: Schemas['PriceChangeRow'][] = [];
  for (let cursor: string | undefined; rows.length < LOOKED_AT_MAX; ) {
    const { data } = await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id }, query: { outcome: 'raise,cut', limit: PAGE, cursor } }, signal });
    rows.push(...data!.data);
    if (!data!.has_more || !data!.next_cursor) break;
    cursor = data!.next_cursor;
  }
  return rows;
}
