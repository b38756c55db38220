// What an admin may do with dead letters: deliver one or all of a consumer again, or give one up for good.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { LongTextField, SelectField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';

type DeadLetter = Schemas['DeadLetter'];
type Consumer = Schemas['Consumer'];

function useChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'dead letters' || String(queryKey[1]).includes('/events/consumers') });
}

/** Delivering again is what the consumer expects anyway, so it is not asked about. */
export function RetryButton({ letter }: { letter: DeadLetter }) {
  const intent = useIntent();
  const retry = $api.useMutation('post', '/api/v1/dlq/{id}/retry', { onSuccess: useChanged() });
  const act = () => retry.mutate({ params: { path: { id: letter.id }, header: { 'Idempotency-Key': intent.keyFor([letter.id, letter.attempts, letter.died_at]) } } });
  return (
    <>
      <Button size="xs" busy={retry.isPending} onClick={act}>
        Retry
        <span className="visually-hidden">
          {' '}
          {letter.type} to {letter.consumer}
        </span>
      </Button>
      {retry.error ? <ProblemPanel problem={retry.error} notDone="It was not delivered again." /> : null}
    </>
  );
}

export function RetryAllDialog({ consumers, chosen, onClose }: { consumers: Consumer[]; chosen: string; onClose: () => void }) {
  const intent = useIntent();
  const changed = useChanged();
  const [consumer, setConsumer] = useState(consumers.some(({ name }) => name === chosen) ? chosen : (consumers[0]?.name ?? ''));
  const retry = $api.useMutation('post', '/api/v1/dlq/retry', {
    onSuccess: () => {
      changed();
      onClose();
    },
  });
  const dead = consumers.find(({ name }) => name === consumer)?.dead ?? 0;
  const letters = countOf(dead, 'dead letter', 'dead letters');
  const act = () => retry.mutate({ body: { consumer }, params: { header: { 'Idempotency-Key': intent.keyFor([consumer, dead]) } } });
  return (
    <Dialog opened title={`Deliver ${letters} again?`} act={`Retry ${letters}`} keep="Leave them aside" busy={retry.isPending} problem={retry.error} notDone="Nothing is delivered again." onAct={act} onClose={onClose}>
      <p>They go out in the order of the log, after later events that were delivered meanwhile. Each has all its attempts anew.</p>
      <SelectField label="Consumer" plain value={consumer} onChange={setConsumer} options={consumers.map(({ name }): [string, string] => [name, name])} name="consumer" />
    </Dialog>
  );
}

const NOTE_MAX = 500;

export function DropDialog({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const intent = useIntent();
  const changed = useChanged();
  const [note, setNote] = useState('');
  const drop = $api.useMutation('post', '/api/v1/dlq/{id}/drop', {
    onSuccess: () => {
      changed();
      onClose();
    },
  });
  const text = note.trim();
  const blocked = text === '' ? 'Say why; the note stays in the audit.' : [...text].length > NOTE_MAX ? `The note is longer than ${NOTE_MAX} characters.` : undefined;
  const act = () => drop.mutate({ body: { note: text }, params: { path: { id: letter.id }, header: { 'Idempotency-Key': intent.keyFor([letter.id, text]) } } });
  return (
    <Dialog opened danger title={`Give up ${letter.type} to ${letter.consumer}?`} act="Drop it for good" keep="Keep it" busy={drop.isPending} problem={drop.error} notDone="It was not dropped. Your note is kept." blocked={blocked} onAct={act} onClose={onClose}>
      <p>The consumer never gets this event, and nobody can retry it. The event itself stays in the log; a replay can still bring it.</p>
      <LongTextField label="Why" value={note} onChange={setNote} required name="note" autoFocus />
    </Dialog>
  );
}
