// Plans again without the rows that a guardrail stops. The plan at hand stays as it is: a plan never changes in place.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { guardrailName } from '../../shared/guardrails';
import { Dialog } from '../../ui/dialog';
import { LongTextField, TextField } from '../../ui/fields';
import { variantsStoppedBy } from './rows-of';

interface LeaveOutProps {
  change: Schemas['PriceChange'];
  guardrail: string;
  count: number;
  onClose: () => void;
}

export function LeaveOutDialog({ change, guardrail, count, onClose }: LeaveOutProps) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const [title, setTitle] = useState(change.title);
  const [note, setNote] = useState(`Without ${countOf(count, 'variant', 'variants')} stopped by the guardrail ${guardrailName(guardrail)}.`);
  const plan = useMutation({
    mutationFn: async () => {
      const asked = change.request ?? { rules: change.rules.map((rule) => rule.rule_id), at: null, ends: [], exclude: [] };
      const stopped = await variantsStoppedBy(change.id, guardrail);
      const body = { ...asked, title: title.trim(), note: note.trim() === '' ? null : note.trim(), exclude: [...new Set([...asked.exclude, ...stopped])] };
      const { data } = await api.POST('/api/v1/price-changes', { body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
      return data!;
    },
    onSuccess: (planned) => {
      intent.done();
      void queries.invalidateQueries({ queryKey: ['price-changes'] });
      onClose();
      void navigate(`/${project.slug}/price-changes/${planned.id}`);
    },
  });
  const rows = countOf(count, 'row', 'rows');
  return (
    <Dialog
      opened
      title={`Plan again without ${rows}?`}
      act={`Plan without ${rows}`}
      keep="Keep this plan"
      busy={plan.isPending}
      problem={plan.error}
      notDone="Nothing was planned."
      blocked={title.trim() === '' ? 'Give the new plan a title.' : undefined}
      onAct={() => plan.mutate()}
      onClose={onClose}
    >
      <p>
        Calibr computes the same rules in their newest versions over the catalogue as it is now, without the variants that <em>{guardrailName(guardrail)}</em> stops here. Their prices stay as they are. This plan and
        its approvals stay as they are too; the new one needs an approval of its own.
      </p>
      <TextField label="Title of the new plan" value={title} onChange={setTitle} required name="title" autoFocus />
      <LongTextField label="Why (optional)" value={note} onChange={setNote} name="note" />
    </Dialog>
  );
}
