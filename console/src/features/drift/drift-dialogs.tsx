// The two decisions about drifts: plan our prices again, or take the shop's.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Dialog } from '../../ui/dialog';

interface DecideProps {
  ids: string[];
  onClose: (settled: boolean) => void;
}

function useSettled(onClose: (settled: boolean) => void) {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'drifts' || String(queryKey[1]).includes('drifts') });
    onClose(true);
  };
}

export function PutBackDialog({ ids, onClose }: DecideProps) {
  const project = useProject();
  const navigate = useNavigate();
  const intent = useIntent();
  const settled = useSettled(onClose);
  const putBack = $api.useMutation('post', '/api/v1/drifts/put-back', {
    onSuccess: ({ price_change: planned }: Schemas['SettledDrifts']) => {
      settled();
      if (planned) void navigate(`/${project.slug}/price-changes/${planned}`);
    },
  });
  const prices = countOf(ids.length, 'price', 'prices');
  const act = () => putBack.mutate({ body: { drifts: ids }, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(ids) } } });
  return (
    <Dialog opened title={`Plan to put ${prices} back?`} act={`Plan ${prices}`} keep="Leave them as they are" busy={putBack.isPending} problem={putBack.error} notDone="Nothing was planned." onAct={act} onClose={() => onClose(false)}>
      <p>Calibr plans a price change that sets our prices again. Nothing is written until somebody else approves it and it is applied.</p>
      <p>A variant without a SKU, one that is gone from the shop, a compare-at price that no rule can set, or a row of a price list that followed the base price cannot be put back.</p>
    </Dialog>
  );
}

export function AdoptDialog({ ids, onClose }: DecideProps) {
  const project = useProject();
  const intent = useIntent();
  const settled = useSettled(onClose);
  const adopt = $api.useMutation('post', '/api/v1/drifts/adopt', { onSuccess: settled });
  const prices = countOf(ids.length, 'price', 'prices');
  const act = () => adopt.mutate({ body: { drifts: ids }, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(ids) } } });
  return (
    <Dialog opened title={`Take ${prices} of the shop as ours?`} act={`Take ${prices} as ours`} keep="Leave them open" busy={adopt.isPending} problem={adopt.error} notDone="No price was taken." onAct={act} onClose={() => onClose(false)}>
      <p>What the shop shows becomes the price that Calibr holds, and plans start from it. Nothing is written to the shop. The price of before stays in the price history.</p>
    </Dialog>
  );
}
