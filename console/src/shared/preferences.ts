// How this browser shows the console: kept here and nowhere else, and set on the page before its first paint.
import { useSyncExternalStore } from 'react';

export interface Preferences {
  density: 'comfortable' | 'compact';
  /** Whether single letters act; combinations with Ctrl or ⌘ always do. */
  letters: boolean;
  motion: 'system' | 'reduced';
}

/** `public/color-scheme.js` reads the same entry before the first paint. */
const KEY = 'calibr preferences';
const usual: Preferences = { density: 'comfortable', letters: true, motion: 'system' };

/** What is not there or not understood is as usual. */
export function parsePreferences(text: string | null): Preferences {
  let kept: Record<string, unknown> = {};
  try {
    const read: unknown = JSON.parse(text ?? '{}');
    if (typeof read === 'object' && read !== null) kept = read as Record<string, unknown>;
  } catch {
    return usual;
  }
  return {
    density: kept['density'] === 'compact' ? 'compact' : usual.density,
    letters: kept['letters'] !== false,
    motion: kept['motion'] === 'reduced' ? 'reduced' : usual.motion,
  };
}

const listeners = new Set<() => void>();
let current: Preferences | null = null;

/** Some browsers forbid storage; then everything is as usual and lasts as long as the tab. */
function read(): Preferences {
  try {
    current ??= parsePreferences(localStorage.getItem(KEY));
  } catch {
    current ??= usual;
  }
  return current;
}

export const preferences = read;

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]) {
  current = { ...read(), [name]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // It still holds for this tab.
  }
  document.documentElement.dataset['density'] = current.density;
  document.documentElement.dataset['motion'] = current.motion;
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read,
  );
}
