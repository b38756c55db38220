// Listens to the keys that work on every page.
import { useEffect, useRef } from 'react';
import { meaning, takesText, type Chord, type KeyAct } from '../shared/keys';
import { preferences } from '../shared/preferences';

export function useKeys(onAct: (act: KeyAct) => void) {
  const act = useRef(onAct);
  act.current = onAct;
  useEffect(() => {
    let chord: Chord = null;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const stroke = {
        key: event.key,
        mod: event.ctrlKey || event.metaKey,
        alt: event.altKey,
        typing: takesText(event.target),
        inDialog: event.target instanceof Element && event.target.closest('[role=dialog],[role=menu]') !== null,
      };
      const next = meaning(stroke, chord, event.timeStamp, preferences().letters);
      chord = next.chord;
      if (next.act === null) return;
      event.preventDefault();
      act.current(next.act);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** The search of the page, or its first field in a `search` landmark. */
export function focusPageSearch() {
  const field = document.querySelector<HTMLInputElement>('main [role=search] input, main input[type=search]');
  field?.focus();
  field?.select();
}
