// Plans again, all of it or without some rows. A plan never changes in place: a new one takes its place.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { FRAME } from '../../app/use-counts';
import { countOf } from '../../shared/format';
import { Dialog } from '../../ui/dialog';
import { LongTextField, TextField } from '../../ui/fields';
import { noteAfter } from './typed-plan';

export interface LeftOut {
  /** Variants, not rows: a variant is left out on every surface. */
  count: number;
  /** Ends a sentence: `without the variants that …`. */
  which: string;
  /** Goes into the plan's note, after the note of the plan at hand. */
  note: string;
  variants: () => Promise<string[]>;
}

interface PlanAgainProps {
  change: Schemas['PriceChange'];
  /** Nothing, where the same is planned anew because something moved. */
  leaving?: LeftOut;
  onClose: () => void;
}

export function PlanAgainDialog({ change, leaving, onClose }: PlanAgainProps) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const [title, setTitle] = useState(change.title);
  const [note, setNote] = useState(() => noteAfter(change.note, leaving?.note));
  const plan = useMutation({
    mutationFn: async () => {
      const asked = change.request ?? { rules: change.rules.map((rule) => rule.rule_id), at: null, ends: [], exclude: [] };
      const without = (await leaving?.variants()) ?? [];
      const body = { ...asked, title: title.trim(), note: note.trim() === '' ? null : note.trim(), exclude: [...new Set([...asked.exclude, ...without])], replaces: change.id };
      const { data } = await api.POST('/api/v1/price-changes', { body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
      return data!;
    },
    onSuccess: (planned) => {
      intent.done();
      void queries.invalidateQueries({ queryKey: ['price-changes'] });
      // What it takes the place of is another now, and waits for nobody.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).includes('/price-changes') || queryKey[0] === FRAME });
      onClose();
      void navigate(`/${project.slug}/price-changes/${planned.id}`);
    },
  });
  const rows = leaving && countOf(leaving.count, 'row', 'rows');
  return (
    <Dialog
      opened
      title={rows ? `Plan again without ${rows}?` : 'Plan the same again?'}
      act={rows ? `Plan without ${rows}` : 'Plan again'}
      keep="Keep this plan"
      busy={plan.isPending}
      problem={plan.error}
      notDone="Nothing was planned."
      blocked={title.trim() === '' ? 'Give the new plan a title.' : undefined}
      onAct={() => plan.mutate()}
      onClose={onClose}
    >
      <p>
        Calibr computes the same rules in their newest versions over the catalogue as it is now{leaving && `, without ${leaving.which}. Their prices stay as they are`}. The new plan takes the
        place of this one, which stays readable but can no longer be approved or applied, and needs an approval of its own.
      </p>
      <TextField label="Title of the new plan" value={title} onChange={setTitle} required name="title" autoFocus />
      <LongTextField label="Why (optional)" value={note} onChange={setNote} name="note" />
    </Dialog>
  );
}
