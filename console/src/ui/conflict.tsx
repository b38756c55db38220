// Somebody changed what is being changed here: theirs and mine side by side, and the two ways on.
import { useEffect, useRef, type ReactNode } from 'react';
import { takesText } from '../shared/keys';
import { Button } from './button';
import { Glyph } from './glyph';
import { Instant } from './values';
import styles from './conflict.module.css';

interface ConflictProps {
  /** Of the sentence, for what is blocked by it. */
  id: string;
  /** Who made which version, and when. */
  theirs: { version: number; by: string; at: string | null };
  /** What they did with it, in the past. */
  did: string;
  /** The version that mine was written over; null where there was none. */
  base: number | null;
  notDone: string;
  /** Head and body of the table of theirs and mine, and how it looks where it is one of lines. */
  children: ReactNode;
  lines?: string | undefined;
  onKeepTheirs: () => void;
  onReapplyMine: () => void;
}

export function Conflict({ id, theirs, did, base, notDone, children, lines, onKeepTheirs, onReapplyMine }: ConflictProps) {
  const said = useRef<HTMLDivElement>(null);
  // Whoever pushed is far below it; whoever is writing is not disturbed.
  useEffect(() => {
    if (!takesText(document.activeElement)) said.current?.focus();
  }, []);
  return (
    <>
      <div ref={said} className={styles.said} role="alert" tabIndex={-1}>
        <p id={id}>
          <Glyph name="conflict" /> {theirs.by}
          {` ${did} v`}
          {theirs.version} {theirs.at !== null && <Instant at={theirs.at} />} while you wrote {base === null ? 'the first one' : `over v${base}`}
          {`. ${notDone}`}
        </p>
      </div>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Theirs and mine">
        <table className={lines === undefined ? styles.table : `${styles.table} ${lines}`}>{children}</table>
      </div>
      <div className={styles.acts}>
        <Button onClick={onKeepTheirs}>Keep theirs and drop mine</Button>
        <Button weight="primary" onClick={onReapplyMine}>
          Re-apply mine over v{theirs.version}
        </Button>
      </div>
    </>
  );
}
