// The people of the organisation: everybody sees who is there, an admin lets in, changes and shuts out.
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { humanised } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import { AddMemberDialog, ChangeMemberDialog, ResetPasswordDialog } from './member-dialogs';
import { memberState } from './members';
import styles from './settings.module.css';

type Member = Schemas['Member'];
type Open = { act: 'add' } | { act: 'change' | 'password'; member: Member } | null;

export function MembersCard() {
  const me = useMe();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const admin = mayAct(me.role, 'admin');
  const query = usePages<Member>({
    key: ['members'],
    load: async (cursor, signal) => (await api.GET('/api/v1/members', { params: { query: { cursor } }, signal })).data!,
  });
  return (
    <Card title="People" flush aside={admin ? <Button onClick={() => setOpen({ act: 'add' })}>Let somebody in…</Button> : undefined}>
      <List query={query} noun="people" empty={<p>Nobody is here.</p>}>
        {(rows) => <Table caption="People" columns={[...columns(me.user_id), ...(admin ? [acts(me.user_id, setOpen)] : [])]} rows={rows} rowKey={(row) => row.id} />}
      </List>
      {!admin && <p className={styles.note}>You can see who is here but not let people in or change what they may do. Ask somebody with the role admin.</p>}
      {open?.act === 'add' && <AddMemberDialog onClose={close} />}
      {open?.act === 'change' && <ChangeMemberDialog member={open.member} onClose={close} />}
      {open?.act === 'password' && <ResetPasswordDialog member={open.member} onClose={close} />}
    </Card>
  );
}

const columns = (self: string): Column<Member>[] => [
  { key: 'email', header: 'Who', names: true, line: true, cell: (row) => (row.id === self ? `${row.email} (you)` : row.email) },
  { key: 'role', header: 'Role', cell: (row) => humanised(row.role) },
  { key: 'state', header: 'State', cell: (row) => <Status word={memberState(row)} /> },
  { key: 'since', header: 'Let in', cell: (row) => <Instant at={row.created_at} /> },
];

const acts = (self: string, onOpen: (open: Open) => void): Column<Member> => ({
  key: 'acts',
  header: 'Act',
  prose: true,
  cell: (row) =>
    row.id === self ? (
      <span className="muted">Another admin changes your role.</span>
    ) : (
      <span className={styles.acts}>
        <Button size="xs" onClick={() => onOpen({ act: 'change', member: row })}>
          Change…<span className="visually-hidden"> {row.email}</span>
        </Button>
        <Button size="xs" onClick={() => onOpen({ act: 'password', member: row })}>
          New password…<span className="visually-hidden"> for {row.email}</span>
        </Button>
      </span>
    ),
});
