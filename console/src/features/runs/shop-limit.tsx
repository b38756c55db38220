// What the shop lets us do while a run writes: its bucket of points, asked for now and then.
import { $api, type Schemas } from '../../api/client';
import { Budget } from '../../ui/budget';

type Points = Schemas['BudgetBody'];

/** Asking costs a point of the very bucket, so not often. */
const ASK_EVERY_MS = 15_000;

/** Null until the shop has said, and while nothing is written. */
export function useBudget(channelId: string, writes: boolean): Points | null {
  const health = $api.useQuery('get', '/api/v1/channels/{id}/health', { params: { path: { id: channelId } } }, { refetchInterval: ASK_EVERY_MS, retry: false, enabled: writes });
  return health.data?.budget ?? null;
}

/** Writes a second for which the shop gives points for as long as it takes. Null where that is not known, and where a run does not
 * write product by product: what is written in bulk goes past the bucket, and a price list takes many products at once. */
export function writesPerSecond(run: Pick<Schemas['Run'], 'in_bulk' | 'surface'>, budget: Points | null): number | null {
  if (run.in_bulk || run.surface || !budget?.per_write) return null;
  return budget.per_second / budget.per_write;
}

export function ShopLimit({ budget }: { budget: Points | null }) {
  return budget && <Budget budget={budget} />;
}
