// What a catalogue can be narrowed by, with counts, as the server counts it under the other filters.
import { keepPreviousData } from '@tanstack/react-query';
import { $api } from './client';

export interface FacetFilter {
  q?: string;
  vendor?: string;
  product_type?: string;
  tag?: string;
}

const FRESH_MS = 60_000;

export function useFacets(project: string, filter: FacetFilter = {}) {
  const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  return $api.useQuery('get', '/api/v1/catalog/facets', { params: { query: { project, ...set } } }, { staleTime: FRESH_MS, placeholderData: keepPreviousData });
}
