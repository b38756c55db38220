// Adds an address and shows its secret, this once.
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { $api } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { Dialog } from '../../ui/dialog';
import { LongTextField, TextField } from '../../ui/fields';
import { SecretDialog } from './secret-dialog';
import { useWebhooksChanged } from './use-webhooks';
import { addressFault, readTypes } from './webhook-words';

export function AddWebhookDialog({ onClose }: { onClose: () => void }) {
  const project = useProject();
  const navigate = useNavigate();
  const intent = useIntent();
  const changed = useWebhooksChanged();
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState('');
  const [description, setDescription] = useState('');
  const create = $api.useMutation('post', '/api/v1/webhooks', { onSuccess: changed });
  const added = create.data;
  if (added) {
    const close = () => {
      onClose();
      void navigate(`/${project.slug}/webhooks/${added.id}`);
    };
    return <SecretDialog secret={added.secret} onClose={close} />;
  }
  const act = () => {
    const body = { url: url.trim(), event_types: readTypes(types), description: description.trim() };
    create.mutate({ body, params: { header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Send events to which address?" act="Add the webhook" keep="Add none" busy={create.isPending} problem={create.error} notDone="No webhook was added. What you typed is kept." blocked={addressFault(url)} onAct={act} onClose={onClose}>
      <TextField label="Address" value={url} onChange={setUrl} hint="https, reachable from this server. It gets what happens from now on." name="url" autoFocus />
      <LongTextField label="Which events (all if empty)" value={types} onChange={setTypes} hint="Types such as run.finished, or beginnings such as price.*, one per line." name="types" />
      <TextField label="What it is for (optional)" value={description} onChange={setDescription} name="description" />
    </Dialog>
  );
}
