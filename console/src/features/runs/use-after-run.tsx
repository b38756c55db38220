// The acts that are open after a run, and their dialogs.
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { RetryDialog, RollBackRunDialog } from './run-dialogs';

type Run = Schemas['Run'];

export function useAfterRun(run: Run) {
  const [open, setOpen] = useState<'retry' | 'roll back' | null>(null);
  const change = $api.useQuery('get', '/api/v1/price-changes/{id}', { params: { path: { id: run.price_change_id } } });
  const allowed = change.data?.allowed ?? [];
  const close = () => setOpen(null);
  return {
    mayRetry: run.settled && run.counts.failed > 0 && allowed.includes('retry_failed'),
    mayRollBack: run.settled && run.kind === 'apply' && run.counts.applied > 0 && allowed.includes('roll_back'),
    retry: () => setOpen('retry'),
    rollBack: () => setOpen('roll back'),
    dialog: open === 'retry' ? <RetryDialog run={run} onClose={close} /> : open === 'roll back' ? <RollBackRunDialog run={run} onClose={close} /> : null,
  };
}
