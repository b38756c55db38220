// What the shop lets us do while a run writes: its bucket of points, asked for now and then.
import { $api } from '../../api/client';
import { Budget } from '../../ui/budget';

/** Asking costs a point of the very bucket, so not often. */
const ASK_EVERY_MS = 15_000;

export function ShopLimit({ channelId }: { channelId: string }) {
  const health = $api.useQuery('get', '/api/v1/channels/{id}/health', { params: { path: { id: channelId } } }, { refetchInterval: ASK_EVERY_MS, retry: false });
  return health.data?.budget ? <Budget budget={health.data.budget} /> : null;
}
