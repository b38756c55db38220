// A button that copies: whether it did, for a moment, or that it could not, until it can.
import { useState } from 'react';
import { copied } from '../shared/clipboard';

const SAID_MS = 2_000;

export function useCopy(text: string) {
  const [said, setSaid] = useState<'nothing' | 'copied' | 'refused'>('nothing');
  const copy = async () => {
    const done = await copied(text);
    setSaid(done ? 'copied' : 'refused');
    if (done) setTimeout(() => setSaid((now) => (now === 'copied' ? 'nothing' : now)), SAID_MS);
  };
  return { said, copy: () => void copy() };
}
