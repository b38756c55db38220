// What a notification says, and where it leads.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { placeOf } from '../../shared/places';
import { humanised } from '../../shared/words';

type Notification = Pick<Schemas['Notification'], 'kind' | 'actor' | 'entity_type' | 'entity_id' | 'count'>;

const acts: Record<string, string> = {
  review_requested: 'asks for a review',
  changes_asked: 'asks for changes',
  commented: 'commented',
  approved: 'approved it',
  rejected: 'declined it',
};

const talk = ['review_requested', 'changes_asked', 'commented'];

/** `kim@example.com commented`; what this console does not know yet is said as the API says it. */
export function saidOf(notification: Notification): string {
  const { kind, actor, count } = notification;
  if (kind === 'run_partially_applied') return 'A run wrote only a part of its prices.';
  if (kind === 'not_started') return 'A scheduled start did not come.';
  if (kind === 'run_failed') return 'A run failed.';
  if (kind === 'drift') return `${countOf(count ?? 0, 'price differs', 'prices differ')} in the shop.`;
  const act = acts[kind];
  if (act === undefined) return `${humanised(kind)}.`;
  return `${actor ?? 'Somebody'} ${act}.`;
}

/** Its page below the project: the discussion for what was said, the shop's drift for drift; null when there is none. */
export function leadsTo(notification: Notification): string | null {
  if (notification.kind === 'drift') return `drift?channel=${notification.entity_id}`;
  const place = placeOf(notification.entity_type, notification.entity_id);
  return place !== null && talk.includes(notification.kind) ? `${place}?tab=discussion` : place;
}
