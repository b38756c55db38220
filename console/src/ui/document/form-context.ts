// What every part of a form over a document shares: its tree, how to edit it, and what the server found wrong with it.
import { createContext, useContext } from 'react';
import type { FieldFault } from '../../api/problem';
import { placedFault } from '../../shared/faults';
import { pointerOf, type Edit, type Path, type Value } from './document-text';

export type Suggested = 'vendor' | 'product_type' | 'tag' | 'collection' | 'zone';

export interface DocumentForm {
  tree: Value;
  edit: (...edits: Edit[]) => void;
  /** Puts the focus on a place once it is drawn: after something was added there, moved there or taken away. */
  focusOn: (path: Path) => void;
  faults: FieldFault[];
  currency: string;
  suggestions: Partial<Record<Suggested, string[]>>;
  /** Shows the text, for what only the text can say. */
  showText: () => void;
}

export const FormContext = createContext<DocumentForm | null>(null);

export function useDocumentForm(): DocumentForm {
  const builder = useContext(FormContext);
  if (builder === null) throw new Error('This part needs a form over a document around it.');
  return builder;
}

/** What is wrong at a place and inside it, or only at the place itself. */
export function faultAt(faults: FieldFault[], path: Path, reach: 'inside' | 'only' = 'inside'): string | undefined {
  const pointer = pointerOf(path);
  const own = faults.filter((fault) => fault.pointer === pointer || (reach === 'inside' && fault.pointer.startsWith(`${pointer}/`)));
  return own.length === 0 ? undefined : own.map((fault) => sentence(placedFault(fault).detail)).join(' ');
}

/** The server's detail begins small, since a place stands before it; here it stands alone. */
const sentence = (detail: string) => detail.charAt(0).toUpperCase() + detail.slice(1);

/** The drawn place that a pointer leads to: its own, or the nearest around it. */
export function placeOf(root: ParentNode, pointer: string): HTMLElement | null {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = [...root.querySelectorAll<HTMLElement>('[data-pointer]')].find((each) => each.dataset['pointer'] === at);
    if (found) return found;
  }
  return null;
}
