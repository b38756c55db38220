// Connecting a Shopify shop: with a token of a custom app, with the owner's consent, or from a page inside the shop's admin.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { Dialog } from '../../ui/dialog';
import { PasswordField, SelectField, TextField } from '../../ui/fields';
import { domainFault } from './connector-words';
import { ConsentLink } from './consent-link';

type Way = 'token' | 'consent' | 'session';

const ways: [Way, string][] = [
  ['token', 'With an access token of a custom app'],
  ['consent', 'With the consent of the shop’s owner'],
  ['session', 'With the session of a page in the shop’s admin'],
];

export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const [way, setWay] = useState<Way>('token');
  const [domain, setDomain] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const shared = { domain, baseUrl, onClose };
  const head = (
    <>
      <SelectField label="How" plain value={way} onChange={(value) => setWay(value as Way)} options={ways} name="way" />
      <TextField label="The shop’s permanent domain" value={domain} onChange={setDomain} hint="name.myshopify.com" name="shop_domain" autoFocus />
    </>
  );
  const foot = <TextField label="Where it answers (only for a simulated shop)" value={baseUrl} onChange={setBaseUrl} hint="Empty for a real shop" name="base_url" />;
  if (way === 'token') return <WithToken {...shared} head={head} foot={foot} />;
  return way === 'consent' ? <WithConsent {...shared} head={head} foot={foot} /> : <WithSession {...shared} head={head} foot={foot} />;
}

interface WayProps {
  domain: string;
  baseUrl: string;
  head: React.ReactNode;
  foot: React.ReactNode;
  onClose: () => void;
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

function useConnected(onClose: () => void) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return ({ id }: Schemas['Channel']) => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'channels' || String(queryKey[1]).includes('/channels') });
    onClose();
    void navigate(`/${project.slug}/connectors/${id}`);
  };
}

function WithToken({ domain, baseUrl, head, foot, onClose }: WayProps) {
  const project = useProject();
  const intent = useIntent();
  const [token, setToken] = useState('');
  const connect = $api.useMutation('post', '/api/v1/channels', { onSuccess: useConnected(onClose) });
  const blocked = domainFault(domain) ?? (token.trim() === '' ? 'Give the access token.' : undefined);
  const act = () => {
    const body = { shop_domain: domain.trim(), access_token: token.trim(), base_url: orNull(baseUrl) };
    connect.mutate({ body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Connect which Shopify shop?" act="Connect the shop" keep="Connect none" busy={connect.isPending} problem={connect.error} notDone="No shop was connected. What you typed is kept." blocked={blocked} onAct={act} onClose={onClose}>
      {head}
      <PasswordField label="Access token, with the scopes read_products and write_products" value={token} onChange={setToken} name="access_token" />
      {foot}
      <p className="muted">The token is sealed at once and never shown again.</p>
    </Dialog>
  );
}

function WithConsent({ domain, baseUrl, head, foot, onClose }: WayProps) {
  const project = useProject();
  const intent = useIntent();
  const [clientId, setClientId] = useState('');
  const [secret, setSecret] = useState('');
  const [publicUrl, setPublicUrl] = useState(() => location.origin);
  const ask = $api.useMutation('post', '/api/v1/integrations/shopify/consent', {});
  if (ask.data) return <ConsentLink domain={domain.trim()} url={ask.data.url} onClose={onClose} />;
  const blocked = domainFault(domain) ?? (clientId.trim() === '' || secret.trim() === '' ? 'Give the app’s client id and secret.' : undefined);
  const act = () => {
    const body = { shop_domain: domain.trim(), client_id: clientId.trim(), client_secret: secret.trim(), public_url: publicUrl.trim(), base_url: orNull(baseUrl) };
    ask.mutate({ body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Connect which Shopify shop?" act="Make the address for the owner" keep="Connect none" busy={ask.isPending} problem={ask.error} notDone="Nobody was asked. What you typed is kept." blocked={blocked} onAct={act} onClose={onClose}>
      {head}
      <TextField label="Client id of the app" value={clientId} onChange={setClientId} name="client_id" />
      <PasswordField label="Client secret of the app" value={secret} onChange={setSecret} name="client_secret" />
      <TextField label="Where browsers reach this server" value={publicUrl} onChange={setPublicUrl} hint="Its callback must be among the app’s allowed redirects." name="public_url" />
      {foot}
    </Dialog>
  );
}

function WithSession({ domain, baseUrl, head, foot, onClose }: WayProps) {
  const project = useProject();
  const intent = useIntent();
  const [clientId, setClientId] = useState('');
  const [secret, setSecret] = useState('');
  const [session, setSession] = useState('');
  const exchange = $api.useMutation('post', '/api/v1/integrations/shopify/token-exchange', { onSuccess: useConnected(onClose) });
  const missing = [clientId, secret, session].some((text) => text.trim() === '');
  const act = () => {
    const body = { shop_domain: domain.trim(), client_id: clientId.trim(), client_secret: secret.trim(), session_token: session.trim(), base_url: orNull(baseUrl) };
    exchange.mutate({ body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog
      opened
      title="Connect which Shopify shop?"
      act="Connect the shop"
      keep="Connect none"
      busy={exchange.isPending}
      problem={exchange.error}
      notDone="No shop was connected. What you typed is kept."
      blocked={domainFault(domain) ?? (missing ? 'Give the app’s client id and secret, and the session token.' : undefined)}
      onAct={act}
      onClose={onClose}
    >
      {head}
      <TextField label="Client id of the app" value={clientId} onChange={setClientId} name="client_id" />
      <PasswordField label="Client secret of the app" value={secret} onChange={setSecret} name="client_secret" />
      <PasswordField label="Session token of the page, good for a minute" value={session} onChange={setSession} name="session_token" />
      {foot}
    </Dialog>
  );
}
