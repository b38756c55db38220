// Acts upon a run that is under way: hold it, let it go on, or end it where it is.
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { NeedsRole } from '../../app/rights';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { LongTextField } from '../../ui/fields';

type Run = Schemas['Run'];
type Act = 'pause' | 'resume' | 'stop';

const actsIn: Record<string, Act[]> = { queued: ['pause', 'stop'], applying: ['pause', 'stop'], paused: ['resume', 'stop'] };

export function RunControls({ run }: { run: Run }) {
  const [open, setOpen] = useState<Act | null>(null);
  const acts = actsIn[run.state] ?? [];
  const close = () => setOpen(null);
  if (acts.length === 0 && open === null) return null;
  return (
    <NeedsRole role="editor" to="runs but not pause or stop them">
      {acts.includes('pause') && <Button onClick={() => setOpen('pause')}>Pause…</Button>}
      {acts.includes('resume') && (
        <Button weight="primary" onClick={() => setOpen('resume')}>
          Resume…
        </Button>
      )}
      {acts.includes('stop') && <Button onClick={() => setOpen('stop')}>Stop…</Button>}
      {open === 'pause' && (
        <HoldDialog run={run} path="/api/v1/runs/{id}/pause" title="Pause this run?" act="Pause" onClose={close}>
          Nothing more is written to {run.channel} until somebody resumes. What was written stays, and no other run can write to this shop meanwhile.
        </HoldDialog>
      )}
      {open === 'resume' && <ResumeDialog run={run} onClose={close} />}
      {open === 'stop' && (
        <HoldDialog run={run} path="/api/v1/runs/{id}/stop" title={`Stop with ${leftIn(run)} not written?`} act="Stop the run" danger onClose={close}>
          What was written stays and can be rolled back. The rest is skipped for good; writing it takes a new price change.
        </HoldDialog>
      )}
    </NeedsRole>
  );
}

interface ControlProps {
  run: Run;
  onClose: () => void;
}

function useChanged(onClose: () => void) {
  const queries = useQueryClient();
  return (run: Run) => {
    queries.setQueryData($api.queryOptions('get', '/api/v1/runs/{id}', { params: { path: { id: run.id } } }).queryKey, run);
    void queries.invalidateQueries({ queryKey: ['targets', run.id] });
    onClose();
  };
}

const leftIn = (run: Run) => countOf(run.counts.queued + run.counts.applying, 'price', 'prices');

function ResumeDialog({ run, onClose }: ControlProps) {
  const intent = useIntent();
  const resume = $api.useMutation('post', '/api/v1/runs/{id}/resume', { onSuccess: useChanged(onClose) });
  const act = () => resume.mutate({ params: { path: { id: run.id }, header: { 'Idempotency-Key': intent.keyFor([run.id, run.state]) } } });
  return (
    <Dialog opened title={`Write the ${leftIn(run)} that are left?`} act="Resume" keep="Leave it paused" busy={resume.isPending} problem={resume.error} notDone="The run stays paused." onAct={act} onClose={onClose}>
      <p>Calibr judges what is left anew first: the rules, the guardrails and the catalogue as they are now. Prices that somebody changed in the shop meanwhile become conflicts.</p>
    </Dialog>
  );
}

interface HoldProps extends ControlProps {
  path: '/api/v1/runs/{id}/pause' | '/api/v1/runs/{id}/stop';
  title: string;
  act: string;
  danger?: boolean;
  children: ReactNode;
}

/** Both ways to hold a run take a reason for the audit. */
function HoldDialog({ run, path, title, act, danger = false, children, onClose }: HoldProps) {
  const intent = useIntent();
  const [reason, setReason] = useState('');
  const hold = $api.useMutation('post', path, { onSuccess: useChanged(onClose) });
  const body = { reason: reason.trim() === '' ? null : reason.trim() };
  const submit = () => hold.mutate({ body, params: { path: { id: run.id }, header: { 'Idempotency-Key': intent.keyFor([run.id, body]) } } });
  return (
    <Dialog opened danger={danger} title={title} act={act} keep="Let it run" busy={hold.isPending} problem={hold.error} notDone={path.endsWith('pause') ? 'It was not paused.' : 'It was not stopped.'} onAct={submit} onClose={onClose}>
      <p>{children}</p>
      <LongTextField label="Why (optional)" value={reason} onChange={setReason} name="reason" />
    </Dialog>
  );
}
