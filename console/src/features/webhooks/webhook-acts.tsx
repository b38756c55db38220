// What an admin may do with a webhook: a new secret, on and off, away; and sending a delivery once more.
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ProblemPanel } from '../../ui/problem-panel';
import { SecretDialog } from './secret-dialog';
import { useWebhooksChanged } from './use-webhooks';

type Webhook = Schemas['Webhook'];
type Act = 'rotate' | 'switch' | 'delete';

export function WebhookActs({ webhook }: { webhook: Webhook }) {
  const [open, setOpen] = useState<Act | null>(null);
  const props = { webhook, onClose: () => setOpen(null) };
  const on = webhook.state === 'enabled';
  return (
    <NeedsRole role="admin" to="webhooks but not change them">
      <Button onClick={() => setOpen('rotate')}>Replace the secret…</Button>
      <Button onClick={() => setOpen('switch')}>{on ? 'Switch off…' : 'Switch on…'}</Button>
      <Button onClick={() => setOpen('delete')}>Delete…</Button>
      {open === 'rotate' && <RotateDialog {...props} />}
      {open === 'switch' && (on ? <SwitchOffDialog {...props} /> : <SwitchOnDialog {...props} />)}
      {open === 'delete' && <DeleteDialog {...props} />}
    </NeedsRole>
  );
}

interface ActProps {
  webhook: Webhook;
  onClose: () => void;
}

function RotateDialog({ webhook, onClose }: ActProps) {
  const intent = useIntent();
  const changed = useWebhooksChanged();
  const rotate = $api.useMutation('post', '/api/v1/webhooks/{id}/rotate-secret', { onSuccess: changed });
  if (rotate.data) return <SecretDialog secret={rotate.data.secret} formerUntil={rotate.data.former_secret_until} onClose={onClose} />;
  const act = () => rotate.mutate({ params: { path: { id: webhook.id }, header: { 'Idempotency-Key': intent.keyFor(webhook.id) } } });
  return (
    <Dialog opened title="Replace the secret?" act="Make a new secret" keep="Keep the one there is" busy={rotate.isPending} problem={rotate.error} notDone="The secret was not replaced." onAct={act} onClose={onClose}>
      <p>For a day each request carries a signature of both secrets, so the receiver can change without missing one.</p>
    </Dialog>
  );
}

function SwitchOnDialog({ webhook, onClose }: ActProps) {
  return (
    <SwitchDialog path="/api/v1/webhooks/{id}/enable" title="Switch this webhook on?" act="Switch on" webhook={webhook} onClose={onClose}>
      It gets what happens from now on. What happened meanwhile is not sent, except by a replay.
    </SwitchDialog>
  );
}

function SwitchOffDialog({ webhook, onClose }: ActProps) {
  return (
    <SwitchDialog path="/api/v1/webhooks/{id}/disable" title="Switch this webhook off?" act="Switch off" webhook={webhook} onClose={onClose}>
      Nothing more is sent to it until somebody switches it on. What happens meanwhile is not sent later, except by a replay.
    </SwitchDialog>
  );
}

function SwitchDialog({ webhook, onClose, path, title, act, children }: ActProps & { path: '/api/v1/webhooks/{id}/enable' | '/api/v1/webhooks/{id}/disable'; title: string; act: string; children: ReactNode }) {
  const intent = useIntent();
  const changed = useWebhooksChanged();
  const change = $api.useMutation('post', path, {
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  const submit = () => change.mutate({ params: { path: { id: webhook.id }, header: { 'Idempotency-Key': intent.keyFor([webhook.id, webhook.state]) } } });
  return (
    <Dialog opened title={title} act={act} keep="Leave it as it is" busy={change.isPending} problem={change.error} notDone="Nothing was changed." onAct={submit} onClose={onClose}>
      <p>{children}</p>
    </Dialog>
  );
}

function DeleteDialog({ webhook, onClose }: ActProps) {
  const project = useProject();
  const navigate = useNavigate();
  const changed = useWebhooksChanged();
  const remove = $api.useMutation('delete', '/api/v1/webhooks/{id}', {
    onSuccess: async () => {
      await navigate(`/${project.slug}/webhooks`);
      await changed();
    },
  });
  const act = () => remove.mutate({ params: { path: { id: webhook.id } } });
  return (
    <Dialog opened danger title="Delete this webhook?" act="Delete it for good" keep="Keep it" busy={remove.isPending} problem={remove.error} notDone="It was not deleted." onAct={act} onClose={onClose}>
      <p>What is on its way to {webhook.url} is dropped, and its log says why. Nothing brings it back.</p>
    </Dialog>
  );
}

export function ResendButton({ delivery }: { delivery: Schemas['WebhookDelivery'] }) {
  const intent = useIntent();
  const changed = useWebhooksChanged();
  const resend = $api.useMutation('post', '/api/v1/webhook-deliveries/{id}/resend', { onSuccess: changed });
  const act = () => resend.mutate({ params: { path: { id: delivery.id }, header: { 'Idempotency-Key': intent.keyFor([delivery.id, delivery.attempts, delivery.ended_at]) } } });
  return (
    <>
      <Button size="xs" busy={resend.isPending} onClick={act}>
        Send again
        <span className="visually-hidden"> {delivery.type}</span>
      </Button>
      {resend.error ? <ProblemPanel problem={resend.error} notDone="It was not sent again." /> : null}
    </>
  );
}
