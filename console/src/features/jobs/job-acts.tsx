// What an admin may do with a job: try it again, or call it off.
import { useQueryClient } from '@tanstack/react-query';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ProblemPanel } from '../../ui/problem-panel';

type Job = Schemas['Job'];

function useChanged() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['jobs'] });
}

export function RetryButton({ job }: { job: Job }) {
  const intent = useIntent();
  const retry = $api.useMutation('post', '/api/v1/jobs/{id}/retry', { onSuccess: useChanged() });
  const act = () => retry.mutate({ params: { path: { id: job.id }, header: { 'Idempotency-Key': intent.keyFor([job.id, job.state, job.attempts, job.finished_at]) } } });
  return (
    <>
      <Button size="xs" busy={retry.isPending} onClick={act}>
        Retry
        <span className="visually-hidden"> {job.kind}</span>
      </Button>
      {retry.error ? <ProblemPanel problem={retry.error} notDone="It was not tried again." /> : null}
    </>
  );
}

export function CancelDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const intent = useIntent();
  const changed = useChanged();
  const cancel = $api.useMutation('post', '/api/v1/jobs/{id}/cancel', {
    onSuccess: () => {
      changed();
      onClose();
    },
  });
  const act = () => cancel.mutate({ params: { path: { id: job.id }, header: { 'Idempotency-Key': intent.keyFor([job.id, job.state]) } } });
  return (
    <Dialog opened danger title={`Call off ${job.kind}?`} act="Cancel the job" keep="Let it be" busy={cancel.isPending} problem={cancel.error} notDone="The job was not cancelled." onAct={act} onClose={onClose}>
      <p>Its work is not done, and what waits for it goes on waiting. It can be tried again for a week.</p>
    </Dialog>
  );
}
