// The reader's own tokens for scripts: made here, shown once, ended here.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { notify } from '../../shared/notices';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Dialog, ShownOnce } from '../../ui/dialog';
import { LongTextField, SelectField, TextField } from '../../ui/fields';
import { List } from '../../ui/list';
import { Secret } from '../../ui/secret';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import { readScopes } from './scopes';

type Token = Schemas['Token'];

export function TokensCard() {
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Token | null>(null);
  const query = usePages<Token>({
    key: ['tokens'],
    load: async (cursor, signal) => (await api.GET('/api/v1/tokens', { params: { query: { cursor } }, signal })).data!,
  });
  return (
    <Card title="Your tokens" flush aside={<Button onClick={() => setMaking(true)}>Make a token…</Button>}>
      <List query={query} noun="tokens" empty={<p>You have none. A token lets a script do what you may, or less, without your password.</p>}>
        {(rows) => <Table caption="Your tokens" columns={columns(setEnding)} rows={rows} rowKey={(row) => row.id} />}
      </List>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      {ending && <EndTokenDialog token={ending} onClose={() => setEnding(null)} />}
    </Card>
  );
}

const columns = (onEnd: (token: Token) => void): Column<Token>[] => [
  { key: 'name', header: 'For', names: true, line: true, cell: (row) => row.name },
  { key: 'scopes', header: 'May', prose: true, cell: (row) => (row.scopes.includes('*') ? 'All that you may' : row.scopes.join(', ')) },
  { key: 'made', header: 'Made', cell: (row) => <Instant at={row.created_at} /> },
  { key: 'expires', header: 'Works until', cell: (row) => <Instant at={row.expires_at} absolute /> },
  {
    key: 'end',
    header: 'Act',
    cell: (row) => (
      <Button size="xs" onClick={() => onEnd(row)}>
        End…<span className="visually-hidden"> {row.name}</span>
      </Button>
    ),
  },
];

function useTokensChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['tokens'] });
}

function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState('');
  const [days, setDays] = useState('90');
  const make = $api.useMutation('post', '/api/v1/tokens', { onSuccess: useTokensChanged() });
  if (make.data) {
    return (
      <ShownOnce title="Keep this token now" done="I have kept it" onDone={onClose}>
        <Secret label={`The token for “${make.data.name}”.`} value={make.data.secret} note="It is shown this once and stored as a hash only. Send it as Authorization: Bearer, or keep it in CALIBR_TOKEN." />
      </ShownOnce>
    );
  }
  const blocked = name.trim() === '' ? 'Say what it is for.' : undefined;
  return (
    <Dialog
      opened
      title="Make a token for what?"
      act="Make the token"
      keep="Make none"
      busy={make.isPending}
      problem={make.error}
      notDone="No token was made. What you typed is kept."
      blocked={blocked}
      onAct={() => make.mutate({ body: { name: name.trim(), scopes: readScopes(scopes), expires_in_days: Number(days) } })}
      onClose={onClose}
    >
      <TextField label="What it is for" value={name} onChange={setName} name="token-name" autoFocus />
      <LongTextField label="What it may do (all that you may, if empty)" hint="Scopes such as price_changes:read, one per line. A token never may more than you." value={scopes} onChange={setScopes} name="token-scopes" />
      <SelectField
        plain
        label="Works for"
        value={days}
        onChange={setDays}
        options={[
          ['7', '7 days'],
          ['30', '30 days'],
          ['90', '90 days'],
          ['366', 'A year'],
        ]}
      />
    </Dialog>
  );
}

function EndTokenDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const changed = useTokensChanged();
  const end = $api.useMutation('delete', '/api/v1/tokens/{id}', {
    onSuccess: () => {
      changed();
      notify({ tone: 'ok', text: `The token “${token.name}” no longer works.` });
      onClose();
    },
  });
  return (
    <Dialog opened title={`End the token “${token.name}”?`} act="End the token" keep="Keep it" danger busy={end.isPending} problem={end.error} notDone="The token still works." onAct={() => end.mutate({ params: { path: { id: token.id } } })} onClose={onClose}>
      <p>Whatever uses it is refused from this moment on. It cannot be brought back; make a new one instead.</p>
    </Dialog>
  );
}
