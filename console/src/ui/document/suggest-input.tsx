// A text field that suggests what the catalogue knows. Anything else may be typed too. One stop for Tab, arrows walk the list.
import { TextInput } from '@mantine/core';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import styles from './suggest-input.module.css';

interface SuggestInputProps {
  label?: ReactNode;
  'aria-label'?: string;
  description?: ReactNode;
  error?: string | undefined;
  value: string;
  suggestions: string[];
  /** Beside a suggestion, such as how often it is there. */
  detailOf?: (suggestion: string) => ReactNode;
  /** So many suggestions at most; 12 unless said. */
  most?: number;
  onChange: (text: string) => void;
  /** Called with a suggestion that was chosen, or with the text at Enter. */
  onPick: (text: string) => void;
  onLeave?: () => void;
  onEmptyBackspace?: () => void;
  placeholder?: string;
  size?: 'sm';
  rightSection?: ReactNode;
}

const SHOWN_MAX = 12;

/** Those that begin with the text come first, then those that have it somewhere; what is typed already is not suggested. */
export function matching(suggestions: string[], text: string, most = SHOWN_MAX): string[] {
  const sought = text.trim().toLowerCase();
  const found = suggestions.filter((each) => each !== text && each.toLowerCase().includes(sought));
  const begins = (each: string) => (each.toLowerCase().startsWith(sought) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b)).slice(0, most);
}

export function SuggestInput({ value, suggestions, detailOf, most, onChange, onPick, onLeave, onEmptyBackspace, ...field }: SuggestInputProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const isWhole = suggestions.includes(value);
  const shown = open ? matching(suggestions, isWhole ? '' : value, most) : [];
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const pick = (text: string) => {
    onPick(text);
    close();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const last = shown.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(last < 0 ? -1 : (active + step + (active < 0 && step < 0 ? 1 : 0) + last + 1) % (last + 1));
    } else if (event.key === 'Enter' && (shown[active] !== undefined || value.trim() !== '')) pick(shown[active] ?? value);
    else if (event.key === 'Escape' && shown.length > 0) {
      close();
      event.stopPropagation();
    } else {
      if (event.key === 'Backspace' && value === '') onEmptyBackspace?.();
      return;
    }
    event.preventDefault();
  };

  return (
    <div className={styles.suggest}>
      <TextInput
        {...field}
        value={value}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown.length > 0}
        aria-controls={shown.length > 0 ? id : undefined}
        aria-activedescendant={shown[active] === undefined ? undefined : `${id}${active}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setOpen(true);
          setActive(-1);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          close();
          onLeave?.();
        }}
      />
      {shown.length > 0 && (
        <ul id={id} role="listbox" aria-label="Suggestions" className={styles.list}>
          {shown.map((each, index) => (
            <li
              key={each}
              id={`${id}${index}`}
              role="option"
              aria-selected={index === active}
              // The field keeps the focus; leaving it would take the list away before the click arrives.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => pick(each)}
            >
              {each}
              {detailOf?.(each)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
