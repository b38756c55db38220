// The rows of a plan, page by page.
import { api, type Schemas } from '../../api/client';
import type { Pages } from '../../api/pages';
import { pageSize } from '../../shared/page-size';
import { askedOf, type RowsFilter } from './rows-filter';

export function planRows(id: string, values: RowsFilter, outcomes: readonly string[]): Pages<Schemas['PriceChangeRow']> {
  return {
    key: ['rows', id, outcomes, askedOf(values), values.sort],
    load: async (cursor, signal) => {
      const filter = { outcome: outcomes.join(',') || undefined, sort: values.sort || undefined, ...askedOf(values) };
      const { data } = await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id }, query: { cursor, limit: pageSize(cursor), ...filter } }, signal });
      return data!;
    },
    freshMs: Infinity,
  };
}
