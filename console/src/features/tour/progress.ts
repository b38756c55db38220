// How far the reader is in the guided tour. Kept in this browser, so that leaving, reloading or changing the person loses nothing.
import { useSyncExternalStore } from 'react';

export interface Progress {
  /** The stop shown or to be shown next, from 0. As many as there are stops: it was finished. */
  stop: number;
  open: boolean;
  /** The price change that the reader planned on the way. */
  change: string | null;
  /** Whether its rows have been looked into. */
  traced: boolean;
}

const KEY = 'calibr tour';
const fresh: Progress = { stop: 0, open: false, change: null, traced: false };

/** What is not there or not understood is a tour that was not begun. */
export function parseProgress(text: string | null, stops: number): Progress {
  let kept: unknown = null;
  try {
    kept = JSON.parse(text ?? 'null');
  } catch {
    return fresh;
  }
  if (typeof kept !== 'object' || kept === null) return fresh;
  const { stop, open, change, traced } = kept as Record<string, unknown>;
  if (typeof stop !== 'number' || !Number.isInteger(stop) || stop < 0 || stop > stops) return fresh;
  return { stop, open: open === true, change: typeof change === 'string' && /^pch_[0-9a-z]+$/.test(change) ? change : null, traced: traced === true };
}

const STOPS = 7;
const listeners = new Set<() => void>();
let current: Progress | null = null;

function read(): Progress {
  try {
    current ??= parseProgress(localStorage.getItem(KEY), STOPS);
  } catch {
    current ??= fresh;
  }
  return current;
}

function set(next: Progress) {
  current = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // It still holds for this tab.
  }
  for (const listener of listeners) listener();
}

export function useTour(): Progress {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read,
  );
}

/** From the first stop everything that was noted on the way is forgotten. */
export function startTour(stop: number) {
  set(stop === 0 ? { ...fresh, open: true } : { ...read(), stop, open: true });
}

export function moveTour(stop: number) {
  set({ ...read(), stop });
}

/** Leaves and remembers the stop. */
export function leaveTour() {
  set({ ...read(), open: false });
}

export function noteOnTour(noted: Partial<Pick<Progress, 'change' | 'traced'>>) {
  set({ ...read(), ...noted });
}
