// The four acts on a price change. Each dialog says what will happen and how to go back; its button repeats the number.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { asProblem } from '../../api/problem';
import { useProject } from '../../app/project';
import { FRAME } from '../../app/use-counts';
import { countOf, formatCount } from '../../shared/format';
import { Dialog } from '../../ui/dialog';
import { LongTextField, TextField } from '../../ui/fields';
import { RollBackPreview } from '../../ui/roll-back-preview';
import { canaryFault, canaryRequest, NO_CANARY, type CanaryChoice } from './canary';
import { CanaryFields } from './canary-fields';
import { startFault, startNow, startRequest, type StartChoice } from './schedule';
import { ScheduleFields } from './schedule-fields';
import { isCount, mustTypeCount } from './typed-count';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];

export interface ActProps {
  change: PriceChange;
  onClose: () => void;
  onReload: () => void;
}

const pricesOf = (change: PriceChange) => countOf(change.rows_to_apply, 'price', 'prices');

export function useDecided(change: PriceChange, onClose: () => void) {
  const queries = useQueryClient();
  return (decided: PriceChange) => {
    queries.setQueryData($api.queryOptions('get', '/api/v1/price-changes/{id}', { params: { path: { id: change.id } } }).queryKey, decided);
    for (const about of [['price-changes'], ['comments', change.id], ['activity', change.id], [FRAME, 'approvals']]) void queries.invalidateQueries({ queryKey: about });
    onClose();
  };
}

function useStarted() {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (run: Schemas['Run']) => {
    queries.setQueryData($api.queryOptions('get', '/api/v1/runs/{id}', { params: { path: { id: run.id } } }).queryKey, run);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).includes('/price-changes') || queryKey[0] === 'runs' });
    void navigate(`/${project.slug}/runs/${run.id}`);
  };
}

export function ApproveDialog({ change, onClose, onReload }: ActProps) {
  const [comment, setComment] = useState('');
  const intent = useIntent();
  const approve = $api.useMutation('post', '/api/v1/price-changes/{id}/approve', { onSuccess: useDecided(change, onClose) });
  const act = () => {
    const body = { plan_hash: change.plan_hash, comment: comment.trim() === '' ? null : comment.trim() };
    approve.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Approve this plan?" act={`Approve ${pricesOf(change)}`} keep="Not now" busy={approve.isPending} problem={approve.error} notDone="The plan was not approved." onAct={act} onClose={onClose} onReload={onReload}>
      <Effects change={change} />
      <p>Approving is permission, not an act: nothing is written until somebody applies it.</p>
      <LongTextField label="Comment (optional)" value={comment} onChange={setComment} name="comment" />
    </Dialog>
  );
}

export function DeclineDialog({ change, onClose, onReload }: ActProps) {
  const [comment, setComment] = useState('');
  const intent = useIntent();
  const reject = $api.useMutation('post', '/api/v1/price-changes/{id}/reject', { onSuccess: useDecided(change, onClose) });
  const act = () => {
    const body = { plan_hash: change.plan_hash, comment: comment.trim() };
    reject.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  const blocked = comment.trim() === '' ? 'Say why, so that the author can plan again.' : undefined;
  return (
    <Dialog opened danger title="Decline this plan?" act="Decline the plan" keep="Keep it open" busy={reject.isPending} problem={reject.error} notDone="The plan was not declined. Your comment is kept." blocked={blocked} onAct={act} onClose={onClose} onReload={onReload}>
      <p>No price is written. The author sees your comment and can plan again; this plan stays readable.</p>
      <LongTextField label="Why" value={comment} onChange={setComment} required name="comment" autoFocus />
    </Dialog>
  );
}

export function ApplyDialog({ change, onClose, onReload }: ActProps) {
  const [typed, setTyped] = useState('');
  const [canary, setCanary] = useState<CanaryChoice>(NO_CANARY);
  const shopZone = useProject().time_zone;
  const [start, setStart] = useState<StartChoice>(() => startNow(shopZone));
  const nowMs = Date.now();
  const intent = useIntent();
  const started = useStarted();
  const scheduled = useDecided(change, onClose);
  const apply = $api.useMutation('post', '/api/v1/price-changes/{id}/apply', { onSuccess: (asked) => ('plan_hash' in asked ? scheduled(asked) : started(asked)) });
  const mustType = mustTypeCount(change.rows_to_apply);
  const refused = refusedFields(apply.error);
  const choose = (choice: StartChoice) => {
    setStart(choice);
    if (refused) apply.reset();
  };
  const act = () => {
    const body = { plan_hash: change.plan_hash, canary: canaryRequest(canary), at: startRequest(start) };
    apply.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  const blocked = startFault(start, nowMs) ?? canaryFault(canary) ?? (mustType && !isCount(typed, change.rows_to_apply) ? `Type ${formatCount(change.rows_to_apply)} to go on.` : undefined);
  return (
    <Dialog
      opened
      title={`${start.later ? 'Schedule' : 'Apply'} ${pricesOf(change)}?`}
      act={`${start.later ? 'Schedule' : 'Apply'} ${pricesOf(change)}`}
      keep="Keep current prices"
      busy={apply.isPending}
      problem={refused ? null : apply.error}
      notDone={start.later ? 'Nothing was scheduled. What you chose is kept.' : 'No price was written.'}
      blocked={blocked}
      onAct={act}
      onClose={onClose} onReload={onReload}
    >
      <Effects change={change} />
      <p>
        Customers see each new price as soon as the shop has taken it. A price that somebody changed since the plan is left alone and reported as a conflict. You can roll back afterwards to exactly the prices
        before.
      </p>
      <ScheduleFields choice={start} onChange={choose} nowMs={nowMs} refused={refused ?? {}} />
      {change.rows_to_apply > 1 && <CanaryFields choice={canary} onChange={setCanary} />}
      {mustType && <TextField label={`Number of prices (${formatCount(change.rows_to_apply)})`} value={typed} onChange={setTyped} inputMode="numeric" name="count" autoFocus />}
    </Dialog>
  );
}

/** What the server says against the time, by its field; null when it says something else. */
function refusedFields(problem: unknown): { local?: string; zone?: string } | null {
  const faults = problem ? asProblem(problem).faults : [];
  const of = (pointer: string) => faults.find((fault) => fault.pointer === pointer)?.detail;
  const [local, zone] = [of('/at/local'), of('/at/time_zone')];
  if (local === undefined && zone === undefined) return null;
  return { ...(local === undefined ? {} : { local }), ...(zone === undefined ? {} : { zone }) };
}

export function RollBackDialog({ change, onClose, onReload }: ActProps) {
  const intent = useIntent();
  // The newest comes first, and is the one that goes back.
  const applied = change.runs.find((run) => run.kind === 'apply');
  const rollBack = $api.useMutation('post', '/api/v1/price-changes/{id}/rollback', { onSuccess: useStarted() });
  const act = () => rollBack.mutate({ params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(change.id) } } });
  return (
    <Dialog opened danger title="Go back to the prices before this price change?" act="Roll back" keep="Keep the new prices" busy={rollBack.isPending} problem={rollBack.error} notDone="No price was written." onAct={act} onClose={onClose} onReload={onReload}>
      {applied && <RollBackPreview run={applied.id} />}
      <p>Each price is read and compared again before it is written; whatever somebody changes meanwhile is left alone and reported as a conflict.</p>
    </Dialog>
  );
}

function Effects({ change }: { change: PriceChange }) {
  const { counts } = change.impact;
  return (
    <ul className={styles.effects}>
      {counts.raise > 0 && <li>{countOf(counts.raise, 'price goes up', 'prices go up')}.</li>}
      {counts.cut > 0 && <li>{countOf(counts.cut, 'price goes down', 'prices go down')}.</li>}
      {counts.blocked > 0 && <li>{countOf(counts.blocked, 'blocked price is', 'blocked prices are')} left out.</li>}
    </ul>
  );
}
