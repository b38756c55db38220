// What the project does about drift by itself, and full comparisons on demand.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { Fieldset } from '../../ui/fieldset';
import { ProblemPanel } from '../../ui/problem-panel';
import { policies, policyOf, type Policy } from './drift-words';
import { LastCheck } from './last-check';
import styles from './drift.module.css';

export function PolicyCard() {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const query = $api.useQuery('get', '/api/v1/drifts/policy', { params: { query: { project: project.slug } } });
  const policy = query.data && policies[policyOf(query.data.policy)];
  return (
    <Card
      title="What happens by itself"
      aside={
        <NeedsRole role="admin" to="what happens about drift but not change it">
          <Button onClick={() => setOpen(true)}>Change…</Button>
        </NeedsRole>
      }
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {policy && (
        <p>
          <strong>{policy.name}.</strong> {policy.effect}
        </p>
      )}
      <Sweeps />
      {open && query.data && <PolicyDialog now={policyOf(query.data.policy)} onClose={() => setOpen(false)} />}
    </Card>
  );
}

function PolicyDialog({ now, onClose }: { now: Policy; onClose: () => void }) {
  const project = useProject();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(now);
  const set = $api.useMutation('put', '/api/v1/drifts/policy', {
    onSuccess: () => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).includes('/drifts') || queryKey[0] === 'drifts' });
      onClose();
    },
  });
  const act = () => set.mutate({ body: { policy: chosen }, params: { query: { project: project.slug } } });
  return (
    <Dialog
      opened
      title="What should happen when a shop shows another price?"
      act={policies[chosen].name}
      keep="Keep it as it is"
      busy={set.isPending}
      problem={set.error}
      notDone="Nothing was changed."
      blocked={chosen === now ? 'This is what happens now.' : undefined}
      onAct={act}
      onClose={onClose}
    >
      <Fieldset>
        <legend className="visually-hidden">What happens</legend>
        {(Object.keys(policies) as Policy[]).map((policy) => (
          <label key={policy} className={styles.policy}>
            <input type="radio" name="policy" checked={chosen === policy} onChange={() => setChosen(policy)} />
            <span>
              <strong>{policies[policy].name}</strong>
              <span className="muted">{policies[policy].effect}</span>
            </span>
          </label>
        ))}
      </Fieldset>
    </Dialog>
  );
}

/** Full comparisons: the last, and one now for each shop. */
function Sweeps() {
  const project = useProject();
  const me = useMe();
  const channels = $api.useQuery('get', '/api/v1/channels', { params: { query: { project: project.slug, limit: 100 } } }, { staleTime: 60_000 });
  return (
    <div className={styles.sweeps}>
      <p>
        <LastCheck /> A shop that Calibr listens to is compared every night.
      </p>
      {mayAct(me.role, 'editor') && channels.data?.data.filter(({ state }) => state === 'connected').map((channel) => <SweepNow key={channel.id} channel={channel} />)}
    </div>
  );
}

function SweepNow({ channel }: { channel: Schemas['Channel'] }) {
  const intent = useIntent();
  const queries = useQueryClient();
  const sweep = $api.useMutation('post', '/api/v1/channels/{id}/sweep', {
    onSuccess: () => {
      intent.done();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'drifts' || String(queryKey[1]).includes('/jobs') });
    },
  });
  const start = () => sweep.mutate({ params: { path: { id: channel.id }, header: { 'Idempotency-Key': intent.keyFor(channel.id) } } });
  return (
    <div>
      <Button busy={sweep.isPending} onClick={start}>
        Compare all prices now
        <span className="visually-hidden"> with {channel.name}</span>
      </Button>
      <p className="muted">{channel.name}</p>
      <p role="status">{sweep.data && `${countOf(sweep.data.variants, 'price is', 'prices are')} being compared. What differs appears above.`}</p>
      {sweep.error ? <ProblemPanel problem={sweep.error} notDone="Nothing is being compared." onRetry={start} /> : null}
    </div>
  );
}
