// Asking others before anything is decided: the author asks for a review, a reviewer asks for changes.
import { useState } from 'react';
import { $api } from '../../api/client';
import { useIntent } from '../../api/intent';
import { Dialog } from '../../ui/dialog';
import { LongTextField } from '../../ui/fields';
import { useDecided, type ActProps } from './act-dialogs';

export function RequestReviewDialog({ change, onClose, onReload }: ActProps) {
  const [note, setNote] = useState('');
  const intent = useIntent();
  const request = $api.useMutation('post', '/api/v1/price-changes/{id}/request-review', { onSuccess: useDecided(change, onClose) });
  const act = () => {
    const body = { note: note.trim() === '' ? null : note.trim() };
    request.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Request a review?" act="Request the review" keep="Not now" busy={request.isPending} problem={request.error} notDone="No review was requested. Your note is kept." onAct={act} onClose={onClose} onReload={onReload}>
      <p>Whoever may approve is told that this plan waits for them. What they asked to be changed counts as answered.</p>
      <LongTextField label="What they should look at (optional)" value={note} onChange={setNote} name="note" autoFocus />
    </Dialog>
  );
}

export function AskForChangesDialog({ change, onClose, onReload }: ActProps) {
  const [reason, setReason] = useState('');
  const intent = useIntent();
  const ask = $api.useMutation('post', '/api/v1/price-changes/{id}/ask-for-changes', { onSuccess: useDecided(change, onClose) });
  const act = () => {
    const body = { plan_hash: change.plan_hash, reason: reason.trim() };
    ask.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  const blocked = reason.trim() === '' ? 'Say what should change.' : undefined;
  return (
    <Dialog opened title="Ask for changes?" act="Ask for changes" keep="Not now" busy={ask.isPending} problem={ask.error} notDone="Nothing was asked for. Your text is kept." blocked={blocked} onAct={act} onClose={onClose} onReload={onReload}>
      <p>The plan stays open. The author sees what you ask for, and can plan again or answer and request a review once more.</p>
      <LongTextField label="What should change" value={reason} onChange={setReason} required name="reason" autoFocus />
    </Dialog>
  );
}
