// Copies a text and says that it did.
import { useState } from 'react';
import { Button } from './button';

export function CopyButton({ text, children, weight = 'quiet' }: { text: string; children: string; weight?: 'quiet' | 'secondary' }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Button size="xs" weight={weight} onClick={() => void copy()}>
      <span role="status">{copied ? 'Copied' : children}</span>
    </Button>
  );
}
