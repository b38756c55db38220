// Somebody pushed the rule while it was being written here: theirs and mine side by side, and the two ways on.
import type { Schemas } from '../../api/client';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { Instant } from '../../ui/values';
import { documentToYaml } from './rule-text';
import { sideBySide } from '../../ui/document/text-difference';
import styles from './conflict-card.module.css';

interface ConflictCardProps {
  id: string;
  theirs: Schemas['Rule'];
  mine: string;
  base: number;
  onKeepTheirs: () => void;
  onReapplyMine: () => void;
}

export function ConflictCard({ id, theirs, mine, base, onKeepTheirs, onReapplyMine }: ConflictCardProps) {
  const rows = sideBySide(documentToYaml(theirs.document), mine);
  return (
    <Card title={`The rule was changed: v${theirs.version}`}>
      <div className={styles.conflict} role="alert">
        <p id={id}>
          <Glyph name="conflict" /> {theirs.created_by} pushed v{theirs.version} <Instant at={theirs.created_at} /> while you wrote over v{base}. Yours is not stored, and kept here.
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
