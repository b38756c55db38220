// How the people of the organisation are spoken of, and what a new password must be like.
import type { Schemas } from '../../api/client';
import type { Word } from '../../shared/words';

type Member = Schemas['Member'];

export const ROLES = ['viewer', 'editor', 'approver', 'admin'] as const satisfies Schemas['Role'][];

/** The server refuses shorter ones. */
const LENGTH_MIN = 10;

export function memberState(member: Pick<Member, 'active' | 'password_is_temporary'>): Word {
  if (!member.active) return { word: 'Shut out', glyph: 'cross', tone: 'neutral' };
  if (member.password_is_temporary) return { word: 'Has a password to change', glyph: 'wait', tone: 'wait' };
  return { word: 'May sign in', glyph: 'check', tone: 'ok' };
}

/** What to send of a change; null when nothing is different. */
export function memberUpdate(member: Pick<Member, 'role' | 'active'>, role: string, active: boolean): Schemas['MemberUpdate'] | null {
  const known = ROLES.find((each) => each === role);
  const update = { ...(known !== undefined && known !== member.role && { role: known }), ...(active !== member.active && { active }) };
  return Object.keys(update).length === 0 ? null : update;
}

/** Why the new password cannot be taken yet; null when it can. */
export function passwordFault(current: string, next: string): string | null {
  if (current === '') return 'Type the password that you have now.';
  const length = [...next].length;
  if (length < LENGTH_MIN) return `The new password has at least ${LENGTH_MIN} characters; this one has ${length}.`;
  return next === current ? 'The new password is the one that you have.' : null;
}
