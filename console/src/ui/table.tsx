// A real table. On a narrow screen each row becomes a card, and its roles are said again because the layout would drop them.
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Link, type To } from 'react-router';
import styles from './table.module.css';

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand right, so that their digits line up. */
  end?: boolean;
  /** The cell that names the row; exactly one per table. */
  names?: boolean;
  /** Stays on one line and is cut off with an ellipsis when space is short; the row's own page has it whole. */
  line?: boolean;
  /** Sentences: wrap. */
  prose?: boolean;
}

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** Where the row leads; the link sits in the naming cell and covers the row. */
  rowTo?: (row: T) => To;
  isCurrent?: (row: T) => boolean;
  tone?: (row: T) => string | undefined;
  busy?: boolean;
  /** All rows there are, when that is known and more than those shown. */
  total?: number | undefined;
}

export function Table<T>({ caption, columns, rows, rowKey, rowTo, isCurrent, tone, busy = false, total }: TableProps<T>) {
  const scroll = useScrollable();
  return (
    <div ref={scroll.ref} className={styles.scroll} data-busy={busy || undefined} {...(scroll.scrolls ? { tabIndex: 0, role: 'region', 'aria-label': caption } : {})}>
      <table className={styles.table} role="table" aria-busy={busy} aria-rowcount={total === undefined ? undefined : total + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th key={column.key} scope="col" role="columnheader" data-end={column.end || undefined}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr
              key={rowKey(row)}
              role="row"
              aria-rowindex={total === undefined ? undefined : index + 2}
              data-linked={rowTo ? true : undefined}
              data-current={isCurrent?.(row) || undefined}
              data-tone={tone?.(row)}
            >
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} to={column.names ? rowTo?.(row) : undefined} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A table wider than its place can be scrolled by keyboard too. */
function useScrollable() {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    const place = ref.current;
    if (place === null) return undefined;
    const measure = () => setScrolls(place.scrollWidth > place.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    if (place.firstElementChild) observer.observe(place.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return { ref, scrolls };
}

function Cell<T>({ column, row, to }: { column: Column<T>; row: T; to: To | undefined }) {
  const content = column.cell(row);
  const common = { 'data-end': column.end || undefined, 'data-line': column.line || undefined, 'data-prose': column.prose || undefined, 'data-label': column.header };
  if (!column.names) {
    return (
      <td role="cell" {...common}>
        {content}
      </td>
    );
  }
  return (
    <th scope="row" role="rowheader" {...common}>
      {to === undefined ? (
        content
      ) : (
        <Link to={to} className={styles.rowLink} preventScrollReset>
          {content}
        </Link>
      )}
    </th>
  );
}
