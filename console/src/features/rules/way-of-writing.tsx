// How the rule is shown, with fields or as text, and the way back and forth through what was changed.
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { SmallButton } from './builder/small-button';
import styles from './way-of-writing.module.css';

interface WayOfWritingProps {
  asText: boolean;
  canUndo: boolean;
  canRedo: boolean;
  onUndo: () => void;
  onRedo: () => void;
  note: ReactNode;
}

export function WayOfWriting({ asText, canUndo, canRedo, onUndo, onRedo, note }: WayOfWritingProps) {
  return (
    <div className={styles.bar}>
      <nav aria-label="Ways to write the rule" className={styles.ways}>
        <Link to={{ search: '' }} preventScrollReset aria-current={asText ? undefined : 'page'}>
          Fields
        </Link>
        <Link to={{ search: '?as=yaml' }} preventScrollReset aria-current={asText ? 'page' : undefined}>
          YAML
        </Link>
      </nav>
      <span className={styles.back}>
        <SmallButton glyph="back" label="Undo the last change" blocked={!canUndo} onClick={onUndo} />
        <span className={styles.forth}>
          <SmallButton glyph="back" label="Redo the change" blocked={!canRedo} onClick={onRedo} />
        </span>
      </span>
      {note}
    </div>
  );
}
