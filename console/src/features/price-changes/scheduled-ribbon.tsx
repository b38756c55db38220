// Says when a price change starts by itself, who wanted that, and how to call it off.
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { useProject } from '../../app/project';
import { countOf, formatInstant, formatUntil } from '../../shared/format';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { LongTextField } from '../../ui/fields';
import { Instant } from '../../ui/values';
import { useDecided, type ActProps } from './act-dialogs';
import { Ribbon } from './ribbon';

type PriceChange = Schemas['PriceChange'];

export function ScheduledRibbon({ change, nowMs, onReload }: { change: PriceChange; nowMs: number; onReload: () => void }) {
  const [asked, setAsked] = useState(false);
  const zone = useProject().time_zone;
  const { scheduled } = change;
  if (!scheduled) return null;
  const until = formatUntil(scheduled.starts_at, nowMs);
  const elsewhere = scheduled.time_zone && scheduled.time_zone !== zone ? scheduled : null;
  return (
    <Ribbon tone="ok">
      <p>
        <strong>
          Scheduled for <time dateTime={scheduled.starts_at}>{formatInstant(scheduled.starts_at, zone)}</time> {zone} ({until}).
        </strong>{' '}
        {elsewhere && `That is ${elsewhere.local?.replace('T', ' ')} in ${elsewhere.time_zone}. `}
        {scheduled.canary && `It begins with a first wave${scheduled.canary.percent ? ` of ${scheduled.canary.percent} percent` : ''}. `}
        Scheduled by {scheduled.scheduled_by} <Instant at={scheduled.scheduled_at} />.
      </p>
      {change.allowed.includes('unschedule') ? (
        <Button size="xs" onClick={() => setAsked(true)}>
          Unschedule…
        </Button>
      ) : (
        <span>Somebody with the role editor can call it off.</span>
      )}
      {asked && <UnscheduleDialog change={change} onClose={() => setAsked(false)} onReload={onReload} />}
    </Ribbon>
  );
}

function UnscheduleDialog({ change, onClose, onReload }: ActProps) {
  const [reason, setReason] = useState('');
  const intent = useIntent();
  const unschedule = $api.useMutation('post', '/api/v1/price-changes/{id}/unschedule', { onSuccess: useDecided(change, onClose) });
  const act = () => {
    const body = { reason: reason.trim() === '' ? null : reason.trim() };
    unschedule.mutate({ body, params: { path: { id: change.id }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  return (
    <Dialog opened title="Call this start off?" act="Unschedule the start" keep="Keep it scheduled" busy={unschedule.isPending} problem={unschedule.error} notDone="The start was not called off. Your reason is kept." onAct={act} onClose={onClose} onReload={onReload}>
      <p>{countOf(change.rows_to_apply, 'price stays as it is.', 'prices stay as they are.')} The plan stays approved: it can be applied, or scheduled again.</p>
      <LongTextField label="Why (optional)" value={reason} onChange={setReason} name="reason" />
    </Dialog>
  );
}
