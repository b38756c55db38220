// Guardrails as fields, on the same document as the YAML: which of them it speaks of, how strictly, within which limits.
import { Checkbox } from '@mantine/core';
import { useMemo } from 'react';
import type { Schemas } from '../../api/client';
import type { FieldFault } from '../../api/problem';
import { useProject } from '../../app/project';
import { guardrailName, guardrailStops, KNOWN_GUARDRAILS } from '../../shared/guardrails';
import { settingSource } from '../../shared/words';
import { Button } from '../../ui/button';
import { FormContext, useDocumentForm, type DocumentForm } from '../../ui/document/form-context';
import { AmountBound, ChoiceBound, DecimalBound, FaultOf, Place } from '../../ui/document/inputs';
import { valueAt, type Edit, type Path, type Value } from '../../ui/document/document-text';
import { ONLY_IN_TEXT, modesOf, SETTINGS, settingsFrom, unknownSettings, type Setting } from './guardrail-settings';
import { settingsInWords } from './settings-text';
import styles from './guardrail-form.module.css';

type Guardrail = Schemas['Guardrail'];

interface GuardrailFormProps {
  tree: Value;
  faults: FieldFault[];
  /** What holds now, all layers together. */
  inForce: Guardrail[];
  onEdit: (edits: Edit[]) => void;
  onShowText: () => void;
}

export function GuardrailForm({ tree, faults, inForce, onEdit, onShowText }: GuardrailFormProps) {
  const { currency } = useProject();
  const form: DocumentForm = useMemo(
    () => ({ tree, faults, currency, suggestions: {}, focusOn: () => undefined, edit: (...edits) => onEdit(edits), showText: onShowText }),
    [tree, faults, currency, onEdit, onShowText],
  );
  return (
    <FormContext value={form}>
      <ul className={styles.list}>
        {KNOWN_GUARDRAILS.map((code) => (
          <li key={code}>
            <One code={code} inForce={inForce.find(({ guardrail }) => guardrail === code)} />
          </li>
        ))}
      </ul>
    </FormContext>
  );
}

function One({ code, inForce }: { code: string; inForce: Guardrail | undefined }) {
  const { tree, edit, currency } = useDocumentForm();
  const path: Path = [code];
  const said = valueAt(tree, path);
  const isSaid = said !== undefined;
  const onlyInText = ONLY_IN_TEXT.includes(code) && !isSaid && !inForce;
  const toggle = () => edit(isSaid ? { kind: 'remove', path } : { kind: 'set', path, value: settingsFrom(code, inForce, currency) });
  return (
    <fieldset className={styles.one} data-said={isSaid || undefined}>
      <legend className="visually-hidden">{guardrailName(code)}</legend>
      <div className={styles.head}>
        <Place path={path}>
          {onlyInText ? <strong>{guardrailName(code)}</strong> : <Checkbox label={guardrailName(code)} checked={isSaid} onChange={toggle} description={guardrailStops(code)} />}
        </Place>
        {!isSaid && <span className={styles.now}>{inForce ? `${inForce.mode}${settingsInWords(inForce.settings) ? `, ${settingsInWords(inForce.settings)}` : ''} (${settingSource(inForce.source).toLowerCase()})` : 'not set'}</span>}
        {onlyInText && <InText words="Its windows are set in the text." />}
      </div>
      {isSaid && (
        <div className={styles.settings}>
          <ChoiceBound path={[code, 'mode']} label="Mode" options={modesOf(code)} />
          {(SETTINGS[code] ?? []).filter(({ name }) => !Array.isArray(valueAt(said, [name]))).map((setting) => (
            <SettingField key={setting.name} path={[code, setting.name]} setting={setting} />
          ))}
        </div>
      )}
      {isSaid && unknownSettings(code, said).length > 0 && <InText words={unknownSettings(code, said).map(([name]) => name.replaceAll('_', ' ')).join(', ')} />}
      <FaultOf path={path} />
    </fieldset>
  );
}

function SettingField({ path, setting: { kind, label, options } }: { path: Path; setting: Setting }) {
  switch (kind) {
    case 'amount':
      return <AmountBound optional path={path} label={label} />;
    case 'choice':
      return <ChoiceBound path={path} label={label} options={options ?? []} />;
    default:
      return <DecimalBound optional path={path} label={label} unit={kind === 'percent' ? '%' : undefined} />;
  }
}

function InText({ words }: { words: string }) {
  const { showText } = useDocumentForm();
  return (
    <p className={styles.inText}>
      {words}{' '}
      <Button size="xs" weight="quiet" onClick={showText}>
        Change it in the text
      </Button>
    </p>
  );
}
