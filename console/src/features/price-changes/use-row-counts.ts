// How many rows of a plan a filter leaves, by outcome, counted by the server. A plan's rows never change; the cost that a margin is taken by may.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { askedOf, type RowsFilter } from './rows-filter';

/** How long a count is taken as it is. */
const FRESH_MS = 60_000;

export function rowCounts(changeId: string, values: RowsFilter) {
  const asked = askedOf(values);
  return {
    queryKey: ['row-counts', changeId, asked],
    queryFn: async ({ signal }: { signal: AbortSignal }) => (await api.GET('/api/v1/price-changes/{id}/rows/counts', { params: { path: { id: changeId }, query: asked }, signal })).data!,
    staleTime: FRESH_MS,
  };
}

/** Counts under the filters, once they are those of these filters; none are asked for where nothing narrows, since the plan has those. */
export function useRowCounts(changeId: string, values: RowsFilter) {
  const narrowed = Object.keys(askedOf(values)).length > 0;
  const { data, isPlaceholderData } = useQuery({ ...rowCounts(changeId, values), enabled: narrowed, placeholderData: keepPreviousData });
  return { narrowed, counts: narrowed ? data : undefined, current: !isPlaceholderData };
}
