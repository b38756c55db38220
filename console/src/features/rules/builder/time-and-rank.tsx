// When a rule is in force, and its place among the other rules.
import { TextInput } from '@mantine/core';
import { useProject } from '../../../app/project';
import { faultAt, useDocumentForm } from '../../../ui/document/form-context';
import { Choice, DecimalBound, FaultOf, FlagBound, Place, TextBound } from '../../../ui/document/inputs';
import { fieldsOf, isFields, textOf, valueAt, type Path } from '../../../ui/document/document-text';
import styles from './builder.module.css';

const SCHEDULE: Path = ['schedule'];

const KINDS: [string, string][] = [
  ['always', 'Always'],
  ['window', 'From a time, perhaps until another'],
  ['again', 'Again and again'],
];

export function ScheduleFields() {
  const { tree, edit, suggestions } = useDocumentForm();
  const shopZone = useProject().time_zone;
  const schedule = valueAt(tree, SCHEDULE);
  const kind = schedule === undefined ? 'always' : valueAt(schedule, ['every']) !== undefined ? 'again' : 'window';
  const choose = (next: string) => {
    if (next === 'always') return edit({ kind: 'remove', path: SCHEDULE });
    const old = isFields(schedule) ? schedule : {};
    const { zone = shopZone, at, until } = old;
    return edit({ kind: 'set', path: SCHEDULE, value: next === 'again' ? fieldsOf({ zone, every: 'friday at 18:00', for: '6h', at, until }) : fieldsOf({ zone, at: at ?? '', until }) });
  };
  return (
    <fieldset className={styles.fields}>
      <legend>In force</legend>
      <Place path={SCHEDULE}>
        <Choice bare label="When the rule is in force" value={kind} options={KINDS} onChange={choose} />
      </Place>
      {kind === 'again' && (
        <div className={styles.row}>
          <TextBound path={[...SCHEDULE, 'every']} label="Every" hint="Such as friday at 18:00, or 0 6 * * 1-5" />
          <TextBound optional path={[...SCHEDULE, 'for']} label="For" hint="Such as 6h or 2d; empty: until the next time" />
        </div>
      )}
      {kind !== 'always' && (
        <>
          <WallClock path={[...SCHEDULE, 'at']} label={kind === 'again' ? 'Not before' : 'From'} optional={kind === 'again'} />
          <WallClock path={[...SCHEDULE, 'until']} label={kind === 'again' ? 'Not after' : 'Until'} optional />
          <TextBound path={[...SCHEDULE, 'zone']} label="By the clocks of" suggestions={suggestions.zone} />
          {valueAt(schedule, ['until']) !== undefined && <p className="muted">A rule that ends is a sale: when it ends, prices become what the other rules make of them.</p>}
        </>
      )}
      <FaultOf path={SCHEDULE} />
    </fieldset>
  );
}

/** `2026-11-16 00:00` as the browser's field has it; null for what such a field cannot show, such as a time with its offset. */
export function toField(text: string): string | null {
  if (text === '') return '';
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/.exec(text) ?? [];
  return day === undefined ? null : `${day}T${time}`;
}

/** And back, as people write it. */
export const fromField = (text: string) => text.slice(0, 16).replace('T', ' ');

function WallClock({ path, label, optional }: { path: Path; label: string; optional: boolean }) {
  const { tree, edit, faults } = useDocumentForm();
  const text = textOf(valueAt(tree, path));
  const shown = toField(text);
  const write = (next: string) => (next === '' && optional ? edit({ kind: 'remove', path }) : edit({ kind: 'set', path, value: next }));
  return (
    <Place path={path}>
      <TextInput
        label={label}
        type={shown === null ? 'text' : 'datetime-local'}
        value={shown ?? text}
        error={faultAt(faults, path)}
        autoComplete="off"
        onChange={(event) => write(shown === null ? event.currentTarget.value : fromField(event.currentTarget.value))}
      />
    </Place>
  );
}

export function RankFields() {
  return (
    <fieldset className={styles.fields}>
      <legend>Among the other rules</legend>
      <div className={styles.row}>
        <DecimalBound optional path={['priority']} label="Priority" hint="The highest decides; 0 without one" />
        <TextBound optional path={['group']} label="Group" hint="Of a group only the first counts" />
      </div>
      <FlagBound path={['stack']} label="Comes on top of the rule that decides" />
    </fieldset>
  );
}
