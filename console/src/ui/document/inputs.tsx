// Fields bound to a place in a document: each writes there with every key, and shows what is wrong there.
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { faultAt, useDocumentForm } from './form-context';
import { decimalOf, pointerOf, textOf, valueAt, type Path, type Value } from './document-text';
import { SuggestInput } from './suggest-input';
import styles from './document.module.css';

interface BoundProps {
  path: Path;
  label: string;
  /** The label stands only for who hears the page; in a row the neighbours say it. */
  bare?: boolean;
  hint?: string;
  /** An empty text takes the field out of the document. */
  optional?: boolean;
}

const named = (label: string, bare?: boolean) => (bare ? { 'aria-label': label } : { label });

/** A place of the document, so that a fault leads to it. */
export function Place({ path, children, wide = false }: { path: Path; children: ReactNode; wide?: boolean }) {
  return (
    <div className={styles.place} data-pointer={pointerOf(path)} data-wide={wide || undefined}>
      {children}
    </div>
  );
}

function useBound({ path, optional }: Pick<BoundProps, 'path' | 'optional'>) {
  const { tree, edit, faults } = useDocumentForm();
  return {
    value: valueAt(tree, path),
    error: faultAt(faults, path),
    write: (value: Value) => (optional && value === '' ? edit({ kind: 'remove', path }) : edit({ kind: 'set', path, value })),
  };
}

export function TextBound(props: BoundProps & { suggestions?: string[] | undefined; long?: boolean; placeholder?: string }) {
  const { value, error, write } = useBound(props);
  const common = { ...named(props.label, props.bare), description: props.hint, error, value: textOf(value), placeholder: props.placeholder };
  return (
    <Place path={props.path} wide={props.long ?? false}>
      {props.suggestions ? (
        <SuggestInput {...common} suggestions={props.suggestions} onChange={write} onPick={write} />
      ) : (
        <TextInput {...common} autoComplete="off" spellCheck={false} onChange={(event) => write(event.currentTarget.value)} />
      )}
    </Place>
  );
}

/** A number, written as its digits. `unit` stands behind it. */
export function DecimalBound(props: BoundProps & { unit?: string | undefined; suggestions?: string[] }) {
  const { value, error, write } = useBound(props);
  const common = { ...named(props.label, props.bare), description: props.hint, error, value: textOf(value), rightSection: props.unit ? <span className={styles.unit}>{props.unit}</span> : undefined };
  return (
    <Place path={props.path}>
      {props.suggestions ? (
        <SuggestInput {...common} suggestions={props.suggestions} onChange={(text) => write(decimalOf(text))} onPick={(text) => write(decimalOf(text))} />
      ) : (
        <TextInput {...common} autoComplete="off" inputMode="decimal" onChange={(event) => write(decimalOf(event.currentTarget.value))} />
      )}
    </Place>
  );
}

const AMOUNT = /^(.*?)\s*([A-Z]{3})$/s;

/** `19.90 EUR` → `19.90`, where it is in the currency of the shop; an amount in another is shown whole. */
export function amountShown(value: Value | undefined, currency: string): string {
  const text = textOf(value) || (value === undefined ? '' : `${textOf(valueAt(value, ['amount']))} ${textOf(valueAt(value, ['currency']))}`.trim());
  const [, amount, code] = AMOUNT.exec(text) ?? [];
  return amount !== undefined && code === currency ? amount : text;
}

/** What was typed, with the currency behind it unless another was typed. */
export const amountWritten = (typed: string, currency: string) => (typed.trim() === '' ? '' : AMOUNT.test(typed) ? typed : `${typed.trim()} ${currency}`);

export function AmountBound(props: BoundProps) {
  const { currency } = useDocumentForm();
  const { value, error, write } = useBound(props);
  return (
    <Place path={props.path}>
      <TextInput
        {...named(props.bare ? `${props.label} in ${currency}` : props.label, props.bare)}
        description={props.hint}
        error={error}
        value={amountShown(value, currency)}
        onChange={(event) => write(amountWritten(event.currentTarget.value, currency))}
        rightSection={<span className={styles.unit}>{currency}</span>}
        rightSectionWidth={48}
        autoComplete="off"
        inputMode="decimal"
      />
    </Place>
  );
}

/** One of a few; a value that is none of them is shown as it is written. */
export function ChoiceBound(props: BoundProps & { options: [value: string, word: string][] }) {
  const { value, error, write } = useBound(props);
  const text = textOf(value);
  const options = props.options.some(([each]) => each === text) || text === '' ? props.options : [...props.options, [text, text] as [string, string]];
  return (
    <Place path={props.path}>
      <Choice {...props} error={error} value={text} options={options} onChange={write} />
    </Place>
  );
}

interface ChoiceProps {
  label: string;
  bare?: boolean;
  hint?: string;
  error?: string | undefined;
  value: string;
  options: [value: string, word: string][];
  onChange: (value: string) => void;
}

export function Choice({ label, bare, hint, error, value, options, onChange }: ChoiceProps) {
  return (
    <NativeSelect
      {...named(label, bare)}
      description={hint}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={options.map(([each, word]) => ({ value: each, label: word }))}
    />
  );
}

export function FlagBound({ path, label, hint }: BoundProps) {
  const { value, error, write } = useBound({ path });
  return (
    <Place path={path}>
      <Checkbox label={label} description={hint} error={error} checked={value === true} onChange={(event) => write(event.currentTarget.checked)} />
    </Place>
  );
}

/** What is wrong at a place that has no field of its own. */
export function FaultOf({ path, reach = 'only' }: { path: Path; reach?: 'inside' | 'only' }) {
  const { faults } = useDocumentForm();
  const fault = faultAt(faults, path, reach);
  return fault === undefined ? null : <p className={styles.fault}>{fault}</p>;
}
