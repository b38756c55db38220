// What the page of a price change reads first, asked for while its code is still on its way.
import type { LoaderFunctionArgs } from 'react-router';
import { $api, queryClient } from '../../api/client';
import { beginPages } from '../../api/pages';
import { decodeFilters } from '../../shared/url';
import { OUTCOMES, outcomesAskedFor, type RowsPart } from './parts';
import { planRows } from './plan-rows';
import { groupingOf, withoutOwn } from './row-groups';
import { rowsShape } from './rows-filter';

export function beginPriceChange({ params: { priceChangeId: id = '' }, request }: LoaderFunctionArgs): null {
  void queryClient.prefetchQuery($api.queryOptions('get', '/api/v1/price-changes/{id}', { params: { path: { id } } }));
  const address = new URL(request.url).searchParams;
  const part = address.get('tab') ?? '';
  const all = decodeFilters(rowsShape, address);
  const grouping = groupingOf(all.group);
  if (isOfRows(part) && grouping === null) {
    const values = withoutOwn(all, grouping);
    void beginPages(planRows(id, values, outcomesAskedFor(part, values.outcome, values.guardrail)));
  }
  return null;
}

const isOfRows = (part: string): part is RowsPart => Object.hasOwn(OUTCOMES, part);
