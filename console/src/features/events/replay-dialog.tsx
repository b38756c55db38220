// Asks for a span of the log to be delivered once more to one consumer.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { $api } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Dialog } from '../../ui/dialog';
import { SelectField, TextField } from '../../ui/fields';
import { position, spanFault } from './event-words';
import styles from './events.module.css';

export function ReplayDialog({ consumer, onClose }: { consumer: string; onClose: () => void }) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const [to, setTo] = useState(consumer);
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const consumers = $api.useQuery('get', '/api/v1/events/consumers', {});
  const replay = $api.useMutation('post', '/api/v1/events/replays', {
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['replays'] });
      onClose();
      void navigate(`/${project.slug}/events/replays`);
    },
  });
  const span = { from: position(first), to: position(last) };
  const size = span.from !== null && span.to !== null && span.to >= span.from ? countOf(span.to - span.from + 1, 'event', 'events') : 'events';
  const act = () => {
    const body = { consumer: to, from_position: span.from!, to_position: span.to! };
    replay.mutate({ body, params: { header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Deliver a span of events once more?" act={`Replay up to ${size}`} keep="Replay nothing" busy={replay.isPending} problem={replay.error} notDone="Nothing is delivered again." blocked={spanFault(to, first, last)} onAct={act} onClose={onClose}>
      <p>The events go to this consumer only, beside what is new, and keep their ids. Whoever keeps the ids it has dealt with sees that it knows them.</p>
      <SelectField label="Consumer" plain value={to} onChange={setTo} options={[['', 'Choose a consumer'], ...(consumers.data?.data ?? []).map(({ name }): [string, string] => [name, name])]} name="consumer" />
      <div className={styles.span}>
        <TextField label="First number" value={first} onChange={setFirst} inputMode="numeric" name="from" hint="As shown with # in the log" />
        <TextField label="Last number" value={last} onChange={setLast} inputMode="numeric" name="to" hint="Delivered too" />
      </div>
    </Dialog>
  );
}
