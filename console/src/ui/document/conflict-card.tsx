// Somebody pushed a document while it was being written here: theirs and mine line by line.
import { Card } from '../card';
import { Conflict } from '../conflict';
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

export function ConflictCard({ id, title, theirs, theirText, mine, ...ways }: ConflictCardProps) {
  const rows = sideBySide(theirText, mine);
  return (
    <Card title={title}>
      <Conflict id={id} theirs={{ version: theirs.version, by: theirs.created_by, at: theirs.created_at }} did="pushed" notDone="Yours is not stored, and kept here." lines={styles.lines} {...ways}>
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
      </Conflict>
    </Card>
  );
}
