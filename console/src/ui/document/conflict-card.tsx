// Somebody pushed a document while it was being written here: theirs and mine side by side, and the two ways on.
import { useEffect, useRef } from 'react';
import { takesText } from '../../shared/keys';
import { Button } from '../button';
import { Card } from '../card';
import { Glyph } from '../glyph';
import { Instant } from '../values';
import { sideBySide } from './text-difference';
import styles from './conflict-card.module.css';

interface ConflictCardProps {
  id: string;
  title: string;
  /** What was pushed meanwhile, and its text. */
  theirs: { version: number; created_by: string; created_at: string };
  theirText: string;
  mine: string;
  /** The version that mine was written over; null where there was none. */
  base: number | null;
  onKeepTheirs: () => void;
  onReapplyMine: () => void;
}

export function ConflictCard({ id, title, theirs, theirText, mine, base, onKeepTheirs, onReapplyMine }: ConflictCardProps) {
  const rows = sideBySide(theirText, mine);
  const said = useRef<HTMLDivElement>(null);
  // Whoever pushed is far below it; whoever is writing is not disturbed.
  useEffect(() => {
    if (!takesText(document.activeElement)) said.current?.focus();
  }, []);
  return (
    <Card title={title}>
      <div ref={said} className={styles.conflict} role="alert" tabIndex={-1}>
        <p id={id}>
          <Glyph name="conflict" /> {theirs.created_by} pushed v{theirs.version} <Instant at={theirs.created_at} /> while you wrote {base === null ? 'the first one' : `over v${base}`}. Yours is not stored, and kept here.
        </p>
      </div>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Theirs and mine">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Theirs, v{theirs.version}</th>
              <th scope="col">Mine</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} data-changed={!row.same || undefined}>
                <td>{row.left === null ? <span className="visually-hidden">nothing</span> : row.left}</td>
                <td>{row.right === null ? <span className="visually-hidden">nothing</span> : row.right}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className={styles.acts}>
        <Button onClick={onKeepTheirs}>Keep theirs and drop mine</Button>
        <Button weight="primary" onClick={onReapplyMine}>
          Re-apply mine over v{theirs.version}
        </Button>
      </div>
    </Card>
  );
}
