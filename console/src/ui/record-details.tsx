// What a record says it changed, field by field, and the documents as they are kept.
import type { Schemas } from '../api/client';
import { changedFields, type Changed } from '../shared/changed';
import styles from './record-details.module.css';
import { Document } from './record-list';
import { Table, type Column } from './table';
import { CopyableId, Missing } from './values';

export function RecordDetails({ record }: { record: Schemas['AuditRecord'] }) {
  const changed = changedFields(record.before, record.after);
  return (
    <>
      {changed.length > 0 && (
        <div className={styles.changed}>
          <Table caption={`What ${record.action} changed`} columns={columns} rows={changed} rowKey={(row) => row.field} />
        </div>
      )}
      <details className={styles.documents}>
        <summary>The documents before and after</summary>
        <Document title="Before" value={record.before} />
        <Document title="After" value={record.after} />
      </details>
      <p className="muted">
        Record <CopyableId id={record.id} label="record id" /> Request <CopyableId id={record.request_id} label="request id" /> Correlation <CopyableId id={record.correlation_id} label="correlation id" />
      </p>
    </>
  );
}

const columns: Column<Changed>[] = [
  { key: 'field', header: 'Field', names: true, cell: (row) => row.field },
  { key: 'before', header: 'Before', prose: true, cell: (row) => <Value text={row.before} /> },
  { key: 'after', header: 'After', prose: true, cell: (row) => <Value text={row.after} /> },
];

/** What is longer stands whole in the documents. */
const LONG = 300;

function Value({ text }: { text: string | null }) {
  if (text === null) return <Missing />;
  return <span className={styles.value}>{text.length > LONG ? `${text.slice(0, LONG)}…` : text}</span>;
}
