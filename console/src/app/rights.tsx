// What a role may do. Roles build on one another; an act that the reader may not do is replaced by who can help.
import type { ReactNode } from 'react';
import { useMe } from './session';

const ranks = { viewer: 0, editor: 1, approver: 2, admin: 3 } as const;

export type Role = keyof typeof ranks;

export function mayAct(own: Role, needed: Role): boolean {
  return ranks[own] >= ranks[needed];
}

/** `children` for who has the role, else a sentence: "You can read rules but not change them. Ask somebody with the role editor." */
export function NeedsRole({ role, to, children }: { role: Role; to: string; children: ReactNode }) {
  const me = useMe();
  if (mayAct(me.role, role)) return children;
  return (
    <p className="muted">
      You can read {to}. Ask somebody with the role {role}.
    </p>
  );
}
