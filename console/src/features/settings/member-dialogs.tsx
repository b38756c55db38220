// What an admin does about people: let in, change, give another password. A password that was made up is shown this once.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { notify } from '../../shared/notices';
import { humanised } from '../../shared/words';
import { Dialog, ShownOnce } from '../../ui/dialog';
import { SelectField, TextField } from '../../ui/fields';
import { Secret } from '../../ui/secret';
import { memberUpdate, ROLES } from './members';

type Member = Schemas['Member'];

interface MemberDialogProps {
  member: Member;
  onClose: () => void;
}

const roleOptions = ROLES.map((role): [string, string] => [role, humanised(role)]);

function useMembersChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['members'] });
}

export function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const add = $api.useMutation('post', '/api/v1/members', { onSuccess: useMembersChanged() });
  if (add.data) return <PasswordOnce email={add.data.email} password={add.data.password} onClose={onClose} />;
  const chosen = ROLES.find((each) => each === role) ?? 'viewer';
  return (
    <Dialog
      opened
      title="Let whom in?"
      act="Let them in"
      keep="Let nobody in"
      busy={add.isPending}
      problem={add.error}
      notDone="Nobody was let in. What you typed is kept."
      blocked={email.trim() === '' ? 'Type their e-mail address.' : undefined}
      onAct={() => add.mutate({ body: { email: email.trim(), role: chosen } })}
      onClose={onClose}
    >
      <TextField label="E-mail" hint="They sign in with it. Nothing is sent there." value={email} onChange={setEmail} name="member-email" inputMode="email" autoFocus />
      <SelectField plain label="Role" hint="Each role may do what the one above it may." value={role} onChange={setRole} options={roleOptions} name="member-role" />
    </Dialog>
  );
}

export function ChangeMemberDialog({ member, onClose }: MemberDialogProps) {
  const [role, setRole] = useState<string>(member.role);
  const [active, setActive] = useState(member.active ? 'yes' : 'no');
  const changed = useMembersChanged();
  const change = $api.useMutation('patch', '/api/v1/members/{id}', {
    onSuccess: (now) => {
      changed();
      notify({ tone: 'ok', text: now.active ? `${now.email} has the role ${now.role}.` : `${now.email} may no longer sign in.` });
      onClose();
    },
  });
  const update = memberUpdate(member, role, active === 'yes');
  const shutsOut = update?.active === false;
  return (
    <Dialog
      opened
      title={`Change what ${member.email} may do?`}
      act={shutsOut ? 'Shut them out' : 'Save the change'}
      keep="Leave it as it is"
      danger={shutsOut}
      busy={change.isPending}
      problem={change.error}
      notDone="Nothing was changed."
      blocked={update === null ? 'Choose something else than what holds.' : undefined}
      onAct={() => update && change.mutate({ params: { path: { id: member.id } }, body: update })}
      onClose={onClose}
    >
      <SelectField plain label="Role" value={role} onChange={setRole} options={roleOptions} name="member-role" />
      <SelectField
        plain
        label="Signing in"
        hint="Who is shut out keeps their name in the audit. They can be let in again."
        value={active}
        onChange={setActive}
        options={[
          ['yes', 'May sign in'],
          ['no', 'Is shut out'],
        ]}
        name="member-active"
      />
    </Dialog>
  );
}

export function ResetPasswordDialog({ member, onClose }: MemberDialogProps) {
  const reset = $api.useMutation('post', '/api/v1/members/{id}/password', { onSuccess: useMembersChanged() });
  if (reset.data) return <PasswordOnce email={member.email} password={reset.data.password} onClose={onClose} />;
  return (
    <Dialog opened title={`Give ${member.email} another password?`} act="Make a new password" keep="Keep the one they have" busy={reset.isPending} problem={reset.error} notDone="Their password is as it was." onAct={() => reset.mutate({ params: { path: { id: member.id } } })} onClose={onClose}>
      <p>The one they have stops working and they are signed out everywhere. You get the new one to hand to them.</p>
    </Dialog>
  );
}

function PasswordOnce({ email, password, onClose }: { email: string; password: string; onClose: () => void }) {
  return (
    <ShownOnce title="Hand over this password now" done="I have kept it" onDone={onClose}>
      <Secret label={`The password of ${email}.`} value={password} note="It is shown this once and stored as a hash only. They are asked to choose another one when they sign in." />
    </ShownOnce>
  );
}
