// Fields with their labels, hints and errors tied together.
import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { ReactNode, Ref } from 'react';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  autoComplete?: string;
  name?: string;
  autoFocus?: boolean;
}

export function TextField({ label, value, onChange, hint, error, required, autoComplete = 'off', name, autoFocus, type = 'text', inputMode }: FieldProps & { type?: 'text' | 'email' | 'datetime-local'; inputMode?: 'numeric' | 'email' }) {
  return (
    <TextInput
      label={label}
      description={hint}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={required}
      withAsterisk={false}
      autoComplete={autoComplete}
      name={name}
      type={type}
      inputMode={inputMode}
      data-autofocus={autoFocus || undefined}
    />
  );
}

export function PasswordField({ label, value, onChange, hint, error, required, autoComplete = 'current-password', name, autoFocus }: FieldProps) {
  return (
    <PasswordInput
      label={label}
      description={hint}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={required}
      withAsterisk={false}
      autoComplete={autoComplete}
      name={name}
      visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
      data-autofocus={autoFocus || undefined}
    />
  );
}

export function LongTextField({ label, value, onChange, hint, error, required, name, autoFocus }: FieldProps) {
  return (
    <Textarea
      label={label}
      description={hint}
      error={error}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      required={required}
      withAsterisk={false}
      name={name}
      rows={3}
      data-autofocus={autoFocus || undefined}
    />
  );
}

/** The browser's own choice of a file. */
export function FileField({ label, accept, name, onChange }: { label: string; accept: string; name: string; onChange: (file: File | null) => void }) {
  return <TextInput type="file" label={label} accept={accept} name={name} onChange={(event) => onChange(event.currentTarget.files?.[0] ?? null)} />;
}

export function SearchField({ label, value, onChange, ref }: { label: string; value: string; onChange: (value: string) => void; ref?: Ref<HTMLInputElement> }) {
  return (
    <TextInput
      ref={ref}
      type="search"
      size="sm"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** One of a few; the browser's own list, which every keyboard and reader knows. `plain` shows the label. */
export function SelectField({ label, value, onChange, options, plain = false, hint, error, name }: { label: string; value: string; onChange: (value: string) => void; options: [value: string, word: string][]; plain?: boolean; hint?: string; error?: string | undefined; name?: string }) {
  return (
    <NativeSelect
      size="sm"
      {...(plain ? { label } : { 'aria-label': label })}
      description={hint}
      error={error}
      name={name}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={options.map(([each, word]) => ({ value: each, label: word }))}
    />
  );
}
