// Something that is shown this once: it can be copied, and who leaves is told that it will not come again.
import { useState } from 'react';
import { copied, notCopied } from '../shared/clipboard';
import { Button } from './button';
import styles from './secret.module.css';

export function Secret({ label, value, note }: { label: string; value: string; note: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => setSaid((await copied(value)) ? 'Copied.' : notCopied());
  return (
    <div className={styles.secret}>
      <p>
        <strong>{label}</strong> {note}
      </p>
      <div className={styles.line}>
        <code tabIndex={0} className="to-select">{value}</code>
        <Button size="xs" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p role="status" className="muted">
        {said}
      </p>
    </div>
  );
}
