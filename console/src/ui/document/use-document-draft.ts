// The draft of a document on this page: kept in the browser with every change, so that leaving or a reload loses nothing.
import { useEffect, useReducer, useState } from 'react';
import { draftOf, draftReducer, forgetDraft, keepDraft, keptDraft } from './draft';
import type { Shape } from './document-text';

/** `start` and `base` are what is stored: its text and its version, null for a new one. `shape` is the same at every call. */
export function useDocumentDraft(name: string, start: string, base: number | null, shape: Shape) {
  const [reduce] = useState(() => draftReducer(shape));
  const [kept] = useState(() => keptDraft(localStorage, name));
  const [draft, dispatch] = useReducer(reduce, null, () => (kept ? draftOf(kept.text, kept.base) : draftOf(start, base)));
  const [isKept, setIsKept] = useState(true);
  const touched = draft.text !== start || draft.base !== base;

  // What nobody has written on follows what is stored.
  const untouched = kept === null && draft.past.length === 0 && draft.future.length === 0;
  useEffect(() => {
    if (untouched && draft.base !== base) dispatch({ kind: 'load', text: start, base });
  }, [untouched, draft.base, start, base]);

  useEffect(() => {
    if (touched) setIsKept(keepDraft(localStorage, name, draft));
    else {
      forgetDraft(localStorage, name);
      setIsKept(true);
    }
  }, [name, draft, touched]);

  return {
    draft,
    dispatch,
    /** Somebody wrote something that is not stored. */
    touched,
    /** The browser could not keep it, so leaving would lose it. */
    unsaved: touched && !isKept,
    restored: kept !== null && kept.text !== start && draft.past.length === 0 && touched,
    forget: () => forgetDraft(localStorage, name),
  };
}
