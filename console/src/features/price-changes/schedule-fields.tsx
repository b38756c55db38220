// Choosing when to apply: now, or at a time of a zone's clocks, with the instant that this means for the shop and the reader.
import { useId } from 'react';
import { useProject } from '../../app/project';
import { formatInstant, formatUntil } from '../../shared/format';
import { wallClock } from '../../shared/wall-clock';
import { Button } from '../../ui/button';
import { SelectField, TextField } from '../../ui/fields';
import { Beside, Fieldset } from '../../ui/fieldset';
import { readingsOf, startsAt, timeFault, zonesFor, type StartChoice } from './schedule';
import styles from './schedule-fields.module.css';

interface ScheduleFieldsProps {
  choice: StartChoice;
  onChange: (choice: StartChoice) => void;
  nowMs: number;
  /** What the server said of a field. */
  refused?: { local?: string | undefined; zone?: string | undefined };
  /** The zones to choose from; those of the browser unless said. */
  zones?: readonly string[];
}

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function ScheduleFields({ choice, onChange, nowMs, refused = {}, zones = Intl.supportedValuesOf('timeZone') }: ScheduleFieldsProps) {
  const shop = useProject().time_zone;
  const name = useId();
  const at = startsAt(choice);
  const fault = timeFault(choice, nowMs);
  return (
    <Fieldset legend="When">
      <div className={styles.choice}>
        <label>
          <input type="radio" name={name} checked={!choice.later} onChange={() => onChange({ ...choice, later: false })} /> Apply now
        </label>
        <label>
          <input type="radio" name={name} checked={choice.later} onChange={() => onChange({ ...choice, later: true })} /> Schedule…
        </label>
      </div>
      {choice.later && (
        <>
          <Beside>
            <TextField label="Start at" type="datetime-local" value={choice.local} onChange={(local) => onChange({ ...choice, local, which: null })} error={fault ?? refused.local} required name="start-local" />
            <SelectField label="Time zone" plain value={choice.zone} onChange={(zone) => onChange({ ...choice, zone, which: null })} options={zonesFor(shop, ownZone(), zones)} error={refused.zone} name="start-zone" />
          </Beside>
          <Readings choice={choice} onChange={onChange} />
          {at !== null && fault === undefined && <Meant at={at} shop={shop} nowMs={nowMs} />}
          <p className="muted">It starts by itself then if the plan is still fresh. If a price moved until then, nothing is written and you are told. You can call it off until it starts.</p>
        </>
      )}
    </Fieldset>
  );
}

/** Where the clocks change: a button for each of the two instants that the time may mean. */
function Readings({ choice, onChange }: Pick<ScheduleFieldsProps, 'choice' | 'onChange'>) {
  const readings = readingsOf(choice);
  if (readings === null) return null;
  return (
    <div className={styles.readings} role="group" aria-label="Which of the two">
      {(['earlier', 'later'] as const).map((which) => (
        <Button key={which} size="xs" weight={choice.which === which ? 'primary' : 'secondary'} pressed={choice.which === which} onClick={() => onChange({ ...choice, which })}>
          {`Take the ${which}: ${wallClock(Date.parse(readings[which]), choice.zone).slice(11)} (${wallClock(Date.parse(readings[which]), 'UTC').slice(11)} UTC)`}
        </Button>
      ))}
    </div>
  );
}

/** The same instant by the clocks of the shop and of the reader. */
function Meant({ at, shop, nowMs }: { at: string; shop: string; nowMs: number }) {
  const own = ownZone();
  return (
    <p className={styles.meant} role="status">
      Starts {formatUntil(at, nowMs)}: <time dateTime={at}>{formatInstant(at, shop)}</time> for the shop ({shop}){own === shop ? '.' : `, ${formatInstant(at, own)} for you (${own}).`}
    </p>
  );
}
