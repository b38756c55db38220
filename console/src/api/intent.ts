// Idempotency keys: one per intention, so that "Try again" after a lost answer never does a thing twice.
import { useCallback, useRef } from 'react';

/** A random key of 128 bits. `crypto.randomUUID` is missing on plain HTTP, so the bytes are drawn by hand. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keys whose request was refused. The server would answer them with the same refusal for days, even when its reason has gone. */
const refused = new Set<string>();

/** Has the next attempt begin anew: what was refused was not done. */
export function keyRefused(key: string | null) {
  if (key !== null) refused.add(key);
}

/** Gives the same key for the same body until `done` or a refusal, and a new key for another body. */
export class Intent {
  private last: { body: string; key: string } | null = null;

  keyFor(body: unknown): string {
    const text = JSON.stringify(body) ?? '';
    if (this.last?.body !== text || refused.has(this.last.key)) this.last = { body: text, key: newKey() };
    return this.last.key;
  }

  done() {
    this.last = null;
  }
}

export function useIntent() {
  const intent = useRef(new Intent());
  const keyFor = useCallback((body: unknown) => intent.current.keyFor(body), []);
  const done = useCallback(() => intent.current.done(), []);
  return { keyFor, done };
}
