// Choosing a first wave: a few prices are written and watched before the rest.
import { Checkbox } from '@mantine/core';
import { SelectField, TextField } from '../../ui/fields';
import { Beside, Fieldset } from '../../ui/fieldset';
import { WAITS, type CanaryChoice } from './canary';

interface CanaryFieldsProps {
  choice: CanaryChoice;
  onChange: (choice: CanaryChoice) => void;
}

export function CanaryFields({ choice, onChange }: CanaryFieldsProps) {
  return (
    <Fieldset>
      <Checkbox label="Write a first wave, and watch it before the rest" checked={choice.on} onChange={(event) => onChange({ ...choice, on: event.currentTarget.checked })} />
      {choice.on && (
        <>
          <Beside>
            <TextField label="Share in percent" value={choice.percent} onChange={(percent) => onChange({ ...choice, percent })} inputMode="numeric" name="percent" />
            <SelectField label="Watch it for" plain value={choice.wait} onChange={(wait) => onChange({ ...choice, wait })} options={WAITS} name="wait" />
          </Beside>
          <p className="muted">If the shop refuses one of them, somebody changes one, or the rest would come out otherwise, what was written is taken back by itself. Products are not torn apart.</p>
        </>
      )}
    </Fieldset>
  );
}
