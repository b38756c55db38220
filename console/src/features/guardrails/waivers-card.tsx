// Waivers: what soft guardrails let pass, for whom, why, until when, and who said so. Approving is for somebody else.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api, api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { guardrailName } from '../../shared/guardrails';
import { waiverState } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import { WAIVERS } from './use-guardrails';
import styles from './guardrails.module.css';

type Waiver = Schemas['Waiver'];
type Act = 'approve' | 'end';

export function WaiversCard() {
  const project = useProject();
  const { role } = useMe();
  const [asked, setAsked] = useState<{ act: Act; waiver: Waiver } | null>(null);
  const query = usePages<Waiver>({
    key: [WAIVERS, project.slug],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/waivers', { params: { query: { project: project.slug, cursor } }, signal });
      return data!;
    },
  });
  return (
    <Card
      title="Waivers"
      flush
      anchor="waivers"
      aside={
        mayAct(role, 'editor') ? undefined : (
          <NeedsRole role="editor" to="waivers but not ask for one, nor end one">
            {null}
          </NeedsRole>
        )
      }
    >
      <List query={query} noun="waivers" empty={<p>A waiver lets what a soft guardrail stops pass for a time. Nobody has asked for one; it is asked for where a plan meets the guardrail.</p>}>
        {(rows, busy) => <Table caption="Waivers, newest first" columns={columns((act, waiver) => setAsked({ act, waiver }))} rows={rows} rowKey={(row) => row.id} busy={busy} />}
      </List>
      {asked && <ActDialog {...asked} onClose={() => setAsked(null)} />}
    </Card>
  );
}

const columns = (ask: (act: Act, waiver: Waiver) => void): Column<Waiver>[] => [
  { key: 'guardrail', header: 'Guardrail', names: true, cell: (row) => guardrailName(row.guardrail) },
  { key: 'state', header: 'State', cell: (row) => <Status word={waiverState(row.state)} /> },
  { key: 'rule', header: 'For', line: true, cell: (row) => row.rule ?? 'every rule' },
  { key: 'reason', header: 'Why', prose: true, cell: (row) => row.reason },
  { key: 'until', header: 'Until', cell: (row) => <Instant at={row.valid_until} absolute /> },
  { key: 'who', header: 'Who', prose: true, cell: (row) => whoOf(row) },
  { key: 'acts', header: 'Acts', cell: (row) => <Acts waiver={row} ask={ask} /> },
];

function whoOf({ requested_by, approved_by, ended_by }: Waiver): string {
  return [`asked by ${requested_by}`, ...(approved_by ? [`approved by ${approved_by}`] : []), ...(ended_by ? [`ended by ${ended_by}`] : [])].join(', ');
}

/** Ending what never held is declining it, or withdrawing it where it was one's own. */
const endWord = ({ state }: Waiver, own: boolean) => (state === 'approved' ? 'End' : own ? 'Withdraw' : 'Decline');

function Acts({ waiver, ask }: { waiver: Waiver; ask: (act: Act, waiver: Waiver) => void }) {
  const me = useMe();
  const open = waiver.state === 'requested' || waiver.state === 'approved';
  if (!open || !mayAct(me.role, 'editor')) return null;
  const own = waiver.requested_by === me.email;
  const mayApprove = waiver.state === 'requested' && mayAct(me.role, 'approver') && !own;
  return (
    <span className={styles.acts}>
      {mayApprove && (
        <Button size="xs" weight="primary" onClick={() => ask('approve', waiver)}>
          Approve…
        </Button>
      )}
      {waiver.state === 'requested' && !mayApprove && <span className="muted">{own ? 'Somebody else must approve it.' : 'An approver must approve it.'}</span>}
      <Button size="xs" onClick={() => ask('end', waiver)}>
        {endWord(waiver, own)}…
      </Button>
    </span>
  );
}

function ActDialog({ act, waiver, onClose }: { act: Act; waiver: Waiver; onClose: () => void }) {
  const me = useMe();
  const queries = useQueryClient();
  const intent = useIntent();
  const onSuccess = () => {
    void queries.invalidateQueries({ queryKey: [WAIVERS] });
    onClose();
  };
  const approve = $api.useMutation('post', '/api/v1/waivers/{id}/approve', { onSuccess });
  const end = $api.useMutation('post', '/api/v1/waivers/{id}/end', { onSuccess });
  const mutation = act === 'approve' ? approve : end;
  const name = guardrailName(waiver.guardrail);
  const whose = waiver.rule ? `the rule ${waiver.rule}` : 'every rule';
  const neverHeld = act === 'end' && waiver.state === 'requested';
  const words = `${act === 'approve' ? 'Approve' : endWord(waiver, waiver.requested_by === me.email)} the waiver`;
  return (
    <Dialog
      opened
      danger={act === 'end'}
      title={`${words} of “${name}”?`}
      act={words}
      keep={act === 'approve' ? 'Not now' : neverHeld ? 'Keep it open' : 'Keep the waiver'}
      busy={mutation.isPending}
      problem={mutation.error}
      notDone={act === 'approve' ? 'The waiver was not approved.' : 'The waiver stays as it was.'}
      onAct={() => mutation.mutate({ params: { path: { id: waiver.id }, header: { 'Idempotency-Key': intent.keyFor([act, waiver.id]) } } })}
      onClose={onClose}
    >
      <p>
        “{waiver.reason}” ({waiver.requested_by})
      </p>
      <p>
        {act === 'approve' ? (
          <>
            Plans that are computed from now on may have what {name} would stop, for {whose}, until <Instant at={waiver.valid_until} absolute />. Plans that stand already stay as they are.
          </>
        ) : neverHeld ? (
          'Nothing changes: it never held.'
        ) : (
          <>From now on {name} stops again what it stops. A plan that passes by this waiver and is not applied yet becomes stale.</>
        )}
      </p>
    </Dialog>
  );
}
