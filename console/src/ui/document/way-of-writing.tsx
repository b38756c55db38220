// How the document is shown, with fields or as text, and the way back and forth through what was changed.
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { SmallButton } from './small-button';
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
  const [params] = useSearchParams();
  return (
    <div className={styles.bar}>
      <nav aria-label="Ways to write it" className={styles.ways}>
        <Link to={{ search: searchAs(params, '') }} preventScrollReset aria-current={asText ? undefined : 'page'}>
          Fields
        </Link>
        <Link to={{ search: searchAs(params, 'yaml') }} preventScrollReset aria-current={asText ? 'page' : undefined}>
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

/** The same address, shown otherwise. */
function searchAs(params: URLSearchParams, as: string): string {
  const next = new URLSearchParams(params);
  if (as === '') next.delete('as');
  else next.set('as', as);
  return next.toString();
}
