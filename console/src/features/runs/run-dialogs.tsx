// The acts after a run: try the refused ones again, or take back what was applied.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Dialog } from '../../ui/dialog';
import { RollBackPreview } from '../../ui/roll-back-preview';

type Run = Schemas['Run'];

interface RunActProps {
  run: Run;
  onClose: () => void;
}

function useStarted(onClose: () => void) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (run: Run) => {
    queries.setQueryData($api.queryOptions('get', '/api/v1/runs/{id}', { params: { path: { id: run.id } } }).queryKey, run);
    void queries.invalidateQueries({ queryKey: ['targets', run.id] });
    onClose();
    void navigate(`/${project.slug}/runs/${run.id}`);
  };
}

export function RetryDialog({ run, onClose }: RunActProps) {
  const intent = useIntent();
  const retry = $api.useMutation('post', '/api/v1/runs/{id}/retry-failed', { onSuccess: useStarted(onClose) });
  const prices = countOf(run.counts.failed, 'price', 'prices');
  const act = () => retry.mutate({ params: { path: { id: run.id }, header: { 'Idempotency-Key': intent.keyFor(run.id) } } });
  return (
    <Dialog opened title={`Try ${prices} again?`} act={`Retry ${prices}`} keep="Leave them as they are" busy={retry.isPending} problem={retry.error} notDone="Nothing was tried again." onAct={act} onClose={onClose}>
      <p>Calibr reads what the shop has now before it writes. A price that is already right is not written again; one that somebody changed becomes a conflict.</p>
    </Dialog>
  );
}

export function RollBackRunDialog({ run, onClose }: RunActProps) {
  const intent = useIntent();
  const rollBack = $api.useMutation('post', '/api/v1/runs/{id}/rollback', { onSuccess: useStarted(onClose) });
  const prices = countOf(run.counts.applied, 'price', 'prices');
  const act = () => rollBack.mutate({ params: { path: { id: run.id }, header: { 'Idempotency-Key': intent.keyFor(run.id) } } });
  return (
    <Dialog opened danger title={`Go back to the prices before this run?`} act={`Roll back ${prices}`} keep="Keep the new prices" busy={rollBack.isPending} problem={rollBack.error} notDone="No price was written." onAct={act} onClose={onClose}>
      <RollBackPreview run={run.id} />
      <p>Calibr writes them to {run.channel}. Each is read and compared again before it is written; whatever somebody changes meanwhile is left alone and reported as a conflict.</p>
    </Dialog>
  );
}
