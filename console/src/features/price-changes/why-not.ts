// Why an act that the page shows cannot be done by this reader now, and who can help.
import type { Schemas } from '../../api/client';

type PriceChange = Pick<Schemas['PriceChange'], 'state' | 'author' | 'checks'>;
type Me = Pick<Schemas['Me'], 'email' | 'role'>;

const verbs: Record<string, string> = { approve: 'approve', reject: 'decline', apply: 'apply', roll_back: 'roll back' };

export function whyNot(act: string, change: PriceChange, me: Me): string {
  const decides = me.role === 'approver' || me.role === 'admin';
  if (act === 'approve' && change.author === me.email) return 'You planned this price change, so someone else must approve it.';
  if (!decides) return `You can read price changes but not ${verbs[act] ?? act} them. Ask somebody with the role approver.`;
  if (act === 'apply' && change.state === 'pending_approval') return 'It can be applied once it is approved.';
  const blocking = change.checks.find((check) => check.status === 'block');
  if (blocking) return blocking.detail;
  return `It cannot be ${act === 'roll_back' ? 'rolled back' : `${verbs[act] ?? act}${act === 'apply' ? '' : 'd'}`.replace('applyd', 'applied')} in this state.`;
}
