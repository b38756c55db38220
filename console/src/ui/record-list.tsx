// Things that happened, one line each: when, what, about which thing; a line opens to its details.
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useProject } from '../app/project';
import { placeOf } from '../shared/places';
import { humanised } from '../shared/words';
import { CopyableId, Instant } from './values';
import styles from './record-list.module.css';

export function RecordList<T>({ records, busy = false, recordKey, children }: { records: T[]; busy?: boolean; recordKey: (record: T) => string; children: (record: T) => ReactNode }) {
  return (
    <ol className={styles.records} aria-busy={busy}>
      {records.map((record) => (
        <li key={recordKey(record)}>{children(record)}</li>
      ))}
    </ol>
  );
}

interface RecordLineProps {
  at: string;
  /** Beside the time, such as a number in a log. */
  mark?: ReactNode;
  what: string;
  said: ReactNode;
  entityType: string;
  entityId: string;
  /** Drawn only once it is asked for. */
  details: () => ReactNode;
}

export function RecordLine({ at, mark, what, said, entityType, entityId, details }: RecordLineProps) {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const place = placeOf(entityType, entityId);
  return (
    <article className={styles.record}>
      <div className={styles.line}>
        <span className={styles.at}>
          <Instant at={at} absolute />
          {mark}
        </span>
        <span className={styles.what}>
          <strong>{what}</strong> {said}
        </span>
        <span>
          {place === null ? humanised(entityType) : <Link to={`/${project.slug}/${place}`}>{humanised(entityType)}</Link>} <CopyableId id={entityId} label="id" short />
        </span>
        <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show'} details<span className="visually-hidden"> of {what}</span>
        </button>
      </div>
      {open && <div className={styles.details}>{details()}</div>}
    </article>
  );
}

/** A document as the API has it. */
export function Document({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <h3>{title}</h3>
      {value === null || value === undefined ? <p className="muted">Nothing.</p> : <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>}
    </section>
  );
}
