// Asks for a waiver of a soft guardrail: why, until when, for which rule. It holds once somebody else approves it.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { guardrailName, guardrailStops } from '../../shared/guardrails';
import { instantOf, wallClock } from '../../shared/wall-clock';
import { Dialog } from '../../ui/dialog';
import { LongTextField, SelectField, TextField } from '../../ui/fields';
import { WAIVERS } from './use-guardrails';

interface WaiverDialogProps {
  guardrail: string;
  /** Rules that the waiver can be narrowed to; none for a guardrail that looks at whole plans. */
  rules: { id: string; name: string }[];
  /** How many rows it is about, where that is known. */
  count?: number;
  onRequested: () => void;
  onClose: () => void;
}

const WEEK_MS = 7 * 86_400_000;

export function WaiverDialog({ guardrail, rules, count, onRequested, onClose }: WaiverDialogProps) {
  const project = useProject();
  const queries = useQueryClient();
  const intent = useIntent();
  const [rule, setRule] = useState(rules.length === 1 ? (rules[0]?.id ?? '') : '');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => wallClock(Date.now() + WEEK_MS, project.time_zone));
  const request = $api.useMutation('post', '/api/v1/waivers', {
    onSuccess: () => {
      intent.done();
      void queries.invalidateQueries({ queryKey: [WAIVERS] });
      onRequested();
    },
  });
  const validUntil = instantOf(until, project.time_zone);
  const blocked = reason.trim() === '' ? 'Say why, for whoever approves it.' : validUntil === null ? 'Say until when.' : undefined;
  const act = () => {
    const body = { guardrail, rule_id: rule === '' ? null : rule, reason: reason.trim(), valid_until: validUntil! };
    request.mutate({ body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog
      opened
      title={`Request a waiver of “${guardrailName(guardrail)}”?`}
      act="Request the waiver"
      keep="Keep the guardrail"
      busy={request.isPending}
      problem={request.error}
      notDone="No waiver was requested. What you typed is kept."
      blocked={blocked}
      onAct={act}
      onClose={onClose}
    >
      <p>
        {guardrailStops(guardrail)} {count !== undefined && count > 0 && `It stops ${countOf(count, 'row', 'rows')} here. `}
        Nothing passes until somebody else approves the waiver; then plan again. It ends by itself.
      </p>
      <LongTextField label="Why" value={reason} onChange={setReason} required name="reason" autoFocus />
      {rules.length > 0 && <SelectField plain label="For" value={rule} onChange={setRule} name="rule" options={[['', 'Every rule'], ...rules.map(({ id, name }): [string, string] => [id, `The rule ${name} only`])]} />}
      <TextField label={`Until (${project.time_zone}; at most 90 days)`} type="datetime-local" value={until} onChange={setUntil} required name="until" />
    </Dialog>
  );
}
