// Keeps an unpushed text in this tab, so that leaving the page or a reload loses nothing.
import { useState } from 'react';

const keyOf = (name: string) => `calibr draft ${name}`;

export function useDraft(name: string, start: string) {
  const [kept] = useState(() => sessionStorage.getItem(keyOf(name)));
  const [text, setTextState] = useState(kept ?? start);
  const [restored, setRestored] = useState(kept !== null && kept !== start);

  const setText = (next: string) => {
    setTextState(next);
    sessionStorage.setItem(keyOf(name), next);
  };
  const forget = () => {
    sessionStorage.removeItem(keyOf(name));
    setRestored(false);
  };
  const reset = () => {
    forget();
    setTextState(start);
  };
  return { text, setText, forget, reset, restored };
}
