// Why an act that the page shows cannot be done by this reader now, and who can help.
import type { Schemas } from '../../api/client';
import { mayAct } from '../../app/rights';

type PriceChange = Pick<Schemas['PriceChange'], 'state' | 'author' | 'checks'>;
type Me = Pick<Schemas['Me'], 'email' | 'role'>;

const verbs: Record<string, [now: string, done: string]> = {
  approve: ['approve', 'approved'],
  reject: ['decline', 'declined'],
  apply: ['apply', 'applied'],
  roll_back: ['roll back', 'rolled back'],
};

export function whyNot(act: string, change: PriceChange, me: Me): string {
  const [now, done] = verbs[act] ?? [act, act];
  const needed = act === 'approve' || act === 'reject' ? 'approver' : 'editor';
  if (act === 'approve' && change.author === me.email) return 'You planned this price change, so someone else must approve it.';
  if (!mayAct(me.role, needed)) return `You can read price changes but not ${now} them. Ask somebody with the role ${needed}.`;
  if (act === 'apply' && change.state === 'pending_approval') return 'It can be applied once it is approved.';
  const blocking = change.checks.find((check) => check.status === 'block');
  if (blocking) return blocking.detail;
  return `It cannot be ${done} in this state.`;
}
