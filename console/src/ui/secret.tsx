// Something that is shown this once: it can be copied, and who leaves is told that it will not come again.
import { useState } from 'react';
import { Button } from './button';
import styles from './secret.module.css';

export function Secret({ label, value, note }: { label: string; value: string; note: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(value);
    setCopied(true);
  };
  return (
    <div className={styles.secret}>
      <p>
        <strong>{label}</strong> {note}
      </p>
      <div className={styles.line}>
        <code tabIndex={0}>{value}</code>
        <Button size="xs" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p role="status" className="muted">
        {copied && 'Copied.'}
      </p>
    </div>
  );
}
