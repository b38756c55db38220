// Short words about what just happened, kept until they are read or closed. Anything may post one; the frame shows them.

export interface Notice {
  id: number;
  text: string;
  /** An error interrupts a reader and stays; anything else is said when there is a pause. */
  tone: 'ok' | 'warn' | 'error';
  /** Where one can see it. */
  to?: string;
}

type Listener = () => void;

let notices: readonly Notice[] = [];
let next = 1;
const listeners = new Set<Listener>();

function set(changed: readonly Notice[]) {
  notices = changed;
  for (const listener of listeners) listener();
}

/** The same words are not stacked up: a repeated notice replaces its earlier one. Gives its id. */
export function notify(notice: Omit<Notice, 'id'>): number {
  const id = next;
  next += 1;
  set([...notices.filter((other) => other.text !== notice.text), { ...notice, id }].slice(-4));
  return id;
}

export function dismiss(id: number) {
  set(notices.filter((notice) => notice.id !== id));
}

export const noticesNow = () => notices;

export function onNotices(listener: Listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
