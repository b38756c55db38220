// Copies a text and says that it did.
import { useState } from 'react';
import { Button } from './button';

export function CopyButton({ text, children }: { text: string; children: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <span>
      <Button size="xs" weight="quiet" onClick={() => void copy()}>
        {children}
      </Button>
      <span role="status" className="muted">
        {copied && 'Copied.'}
      </span>
    </span>
  );
}
