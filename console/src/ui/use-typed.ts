// Whether somebody wrote words into a form that would go with it.
import { useRef, type FocusEvent } from 'react';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Words take thought. A count, a date, a choice or a pasted secret is soon there again. */
const WORDS = 'textarea, input[type=text]:not([inputmode=numeric]), input[type=email]';

export function useTyped() {
  /** What each field held when somebody first came to it. */
  const before = useRef(new Map<Field, string>());
  const last = useRef<Field>(null);
  return {
    /** For the form's `onFocus`. */
    watch: ({ target }: FocusEvent) => {
      if (!target.matches(WORDS)) return;
      last.current = target as Field;
      if (!before.current.has(last.current)) before.current.set(last.current, last.current.value);
    },
    any: () => [...before.current].some(([field, was]) => field.isConnected && field.value.trim() !== '' && field.value !== was),
    /** Back to where somebody wrote last. */
    goOn: () => last.current?.focus(),
  };
}
