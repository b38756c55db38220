// What a shop can be told to do now: have its catalogue read, its prices compared, its webhooks listened to.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { mayAct, NeedsRole } from '../../app/rights';
import { useProject } from '../../app/project';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Dialog, ShownOnce } from '../../ui/dialog';
import { PasswordField, TextField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';
import { Secret } from '../../ui/secret';
import { readingInWords } from './connector-words';
import styles from './connectors.module.css';

type Channel = Schemas['Channel'];

export function ConnectorActs({ channel }: { channel: Channel }) {
  const me = useMe();
  const [listening, setListening] = useState(false);
  return (
    <Card title="What it can do now">
      <ul className={styles.acts}>
        <li>
          <NeedsRole role="editor" to="this shop but not have its catalogue read">
            <Ingest channel={channel} />
          </NeedsRole>
        </li>
        {mayAct(me.role, 'editor') && (
          <li>
            <Sweep channel={channel} />
          </li>
        )}
        {mayAct(me.role, 'admin') && (
          <li>
            <Button onClick={() => setListening(true)}>Listen to its webhooks…</Button>
            <p className="muted">A change in the shop is then found at once, and compared every night besides.</p>
          </li>
        )}
      </ul>
      {listening && <ListenDialog channel={channel} onClose={() => setListening(false)} />}
    </Card>
  );
}

function useChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'channels' || queryKey[0] === 'drifts' || /\/(channels|jobs)/.test(String(queryKey[1])) });
}

function Ingest({ channel }: { channel: Channel }) {
  const intent = useIntent();
  const changed = useChanged();
  const ingest = $api.useMutation('post', '/api/v1/channels/{id}/ingest', {
    onSuccess: () => {
      intent.done();
      changed();
    },
  });
  const reading = useReading(channel, ingest.isPending);
  const act = () => ingest.mutate({ params: { path: { id: channel.id }, header: { 'Idempotency-Key': intent.keyFor(channel.id) } } });
  return (
    <>
      <Button busy={ingest.isPending} onClick={act}>
        Read its catalogue now
      </Button>
      {reading && <p>{readingInWords(reading)}</p>}
      <div role="status">{ingest.data ? <Report report={ingest.data} /> : <p className="muted">Products, variants and prices as the shop has them. No run can begin on it meanwhile.</p>}</div>
      {ingest.error ? <ProblemPanel problem={ingest.error} notDone="The catalogue was not read." onRetry={act} /> : null}
    </>
  );
}

/** Reading a large catalogue takes minutes, and its answer comes at the end. */
const LOOK_EVERY_MS = 2_000;

/** How far the reading of a shop's catalogue is, whoever asked for it; null when none is under way. */
function useReading(channel: Channel, asked: boolean) {
  const project = useProject();
  const found = (page: { data: Channel[] } | undefined) => page?.data.find(({ id }) => id === channel.id);
  const query = $api.useQuery(
    'get',
    '/api/v1/channels',
    { params: { query: { project: project.slug, limit: 200 } } },
    { enabled: asked || channel.reading != null, refetchInterval: ({ state }) => (asked || found(state.data)?.reading != null ? LOOK_EVERY_MS : false), retry: false },
  );
  // What was seen at the last look of an earlier reading is no news of this one.
  return asked || channel.reading != null ? ((query.data ? found(query.data)?.reading : channel.reading) ?? null) : null;
}

function Report({ report }: { report: Schemas['ImportReport'] }) {
  return (
    <>
      <p>
        Read {countOf(report.products, 'product', 'products')} with {countOf(report.variants, 'variant', 'variants')}: {countOf(report.variants_new, 'new variant', 'new variants')}, {countOf(report.prices_changed, 'changed price', 'changed prices')}.
      </p>
      {report.refused_count > 0 && <p>{countOf(report.refused_count, 'row was', 'rows were')} refused; nothing of them was taken.</p>}
    </>
  );
}

function Sweep({ channel }: { channel: Channel }) {
  const intent = useIntent();
  const changed = useChanged();
  const sweep = $api.useMutation('post', '/api/v1/channels/{id}/sweep', {
    onSuccess: () => {
      intent.done();
      changed();
    },
  });
  const act = () => sweep.mutate({ params: { path: { id: channel.id }, header: { 'Idempotency-Key': intent.keyFor(channel.id) } } });
  return (
    <>
      <Button busy={sweep.isPending} onClick={act}>
        Compare all its prices now
      </Button>
      <p role="status" className="muted">
        {sweep.data ? `${countOf(sweep.data.variants, 'price is', 'prices are')} being compared. What differs appears under Drift.` : 'Finds prices that the shop shows and Calibr does not hold.'}
      </p>
      {sweep.error ? <ProblemPanel problem={sweep.error} notDone="Nothing is being compared." onRetry={act} /> : null}
    </>
  );
}

function ListenDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const intent = useIntent();
  const changed = useChanged();
  const [publicUrl, setPublicUrl] = useState(() => location.origin);
  const [secret, setSecret] = useState('');
  const [former, setFormer] = useState('');
  const listen = $api.useMutation('post', '/api/v1/channels/{id}/webhooks', { onSuccess: changed });
  if (listen.data) {
    return (
      <ShownOnce title="Keep this address now" done="I have kept it" onDone={onClose}>
        <Secret label="The address that webhooks come to." value={listen.data.address} note="It is shown this once. Put it into the app’s settings for the topics about privacy." />
        <p>The shop now tells of: {listen.data.topics.join(', ')}.</p>
      </ShownOnce>
    );
  }
  const act = () => {
    const body = { public_url: publicUrl.trim(), client_secret: secret.trim(), previous_secret: former.trim() === '' ? null : former.trim() };
    listen.mutate({ body, params: { path: { id: channel.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title={`Listen to the webhooks of ${channel.name}?`} act="Listen" keep="Do not listen" busy={listen.isPending} problem={listen.error} notDone="Nothing was set up. What you typed is kept." blocked={secret.trim() === '' ? 'Give the app’s client secret, which signs webhooks.' : undefined} onAct={act} onClose={onClose}>
      <p>Asked again, the address changes and the one of before goes dead.</p>
      <TextField label="Where the shop reaches this server" value={publicUrl} onChange={setPublicUrl} name="public_url" />
      <PasswordField label="Client secret of the app" value={secret} onChange={setSecret} name="client_secret" />
      <PasswordField label="The secret before it, while you replace it (optional)" value={former} onChange={setFormer} name="previous_secret" />
    </Dialog>
  );
}
