// A real table. On a narrow screen each row becomes a card, and its roles are said again because the layout would drop them.
// Arrows go from row to row, and so do `j` and `k`; Enter opens a row and `x` chooses it.
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link, type To } from 'react-router';
import { takesText } from '../shared/keys';
import { usePreferences } from '../shared/preferences';
import { ariaSort, nextSort } from '../shared/sort';
import { ChooseCell, ChooseHead, useChoosing, type Selection } from './table-choice';
import { rowAfterKey } from './table-keys';
import styles from './table.module.css';

export interface Column<T> {
  key: string;
  header: string;
  /** `tabIndex` is for what the cell has to press, where only one row at a time is in reach of Tab. */
  cell: (row: T, tabIndex?: number) => ReactNode;
  /** Numbers stand right, so that their digits line up. */
  end?: boolean;
  /** The cell that names the row; exactly one per table. */
  names?: boolean;
  /** Stays on one line and is cut off with an ellipsis when space is short; the row's own page has it whole. */
  line?: boolean;
  /** Sentences: wrap. */
  prose?: boolean;
  /** Name under which the server sorts by it. */
  sort?: string;
  /** In a long table, which cannot look at all rows to find it: the share of the width, 1 unless said. */
  share?: number;
}

export interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** Where the row leads, if anywhere; the link sits in the naming cell and covers the row. */
  rowTo?: (row: T) => To | undefined;
  isCurrent?: (row: T) => boolean;
  tone?: (row: T) => string | undefined;
  busy?: boolean;
  /** All rows there are, when that is known and more than those shown. */
  total?: number | undefined;
  /** The order at hand, such as `-sku`, and what to do when a heading asks for another. */
  sort?: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
  selection?: Selection<T> | undefined;
}

export function Table<T>({ caption, columns, rows, rowKey, rowTo, isCurrent, tone, busy = false, total, sort, onSort, selection }: TableProps<T>) {
  const scroll = useScrollable();
  const choosing = useChoosing(selection, rows, rowKey);
  const { letters } = usePreferences();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const own = event.target instanceof HTMLElement ? event.target.closest('tbody tr') : null;
    if (own === null || isTyping(event)) return;
    const all = [...own.parentElement!.children];
    const at = all.indexOf(own);
    if (letters && event.key.toLowerCase() === 'x' && choosing) choosing.toggle(at, event.shiftKey);
    else {
      const to = rowAfterKey(event.key, at, all.length, letters);
      // The link of the row before its checkbox, which stands first: Enter shall open it.
      const row = to === null ? undefined : all[to];
      const link = row?.querySelector<HTMLElement>('th a, th button') ?? row?.querySelector<HTMLElement>('a, button, input');
      if (!link) return;
      link.focus();
    }
    event.preventDefault();
  };
  return (
    <div ref={scroll.ref} className={styles.scroll} data-busy={busy || undefined} onKeyDown={onKeyDown} {...(scroll.scrolls ? { tabIndex: 0, role: 'region', 'aria-label': caption } : {})}>
      <table className={styles.table} role="table" aria-busy={busy} aria-rowcount={total === undefined ? undefined : total + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {selection && <ChooseHead />}
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row, index) => (
            <tr
              key={rowKey(row)}
              role="row"
              aria-rowindex={total === undefined ? undefined : index + 2}
              data-linked={rowTo?.(row) !== undefined || undefined}
              data-current={isCurrent?.(row) || undefined}
              data-tone={tone?.(row)}
            >
              {selection && <ChooseCell label={selection.label(row)} chosen={selection.chosen.has(rowKey(row))} onToggle={(range) => choosing?.toggle(index, range)} />}
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

/** Letters typed into a field are text, and those with Ctrl or ⌘ belong to the browser. */
export function isTyping({ target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return altKey || ctrlKey || metaKey || takesText(target);
}

/** A heading; where the server can sort by the column, a button that does it and says which way it is sorted. */
export function Heading<T>({ column, sort, onSort }: { column: Column<T>; sort?: string | undefined; onSort?: ((sort: string) => void) | undefined }) {
  const name = column.sort;
  const sorted = name === undefined || onSort === undefined ? undefined : ariaSort(sort, name);
  return (
    <th scope="col" role="columnheader" data-end={column.end || undefined} aria-sort={sorted}>
      {name === undefined || onSort === undefined ? (
        column.header
      ) : (
        <button type="button" className={styles.sort} onClick={() => onSort(nextSort(sort, name))}>
          {column.header}
          <span aria-hidden="true" data-sorted={sorted !== 'none' || undefined}>
            {sorted === 'descending' ? '↓' : '↑'}
          </span>
        </button>
      )}
    </th>
  );
}

export function Cell<T>({ column, row, to, linkTabIndex }: { column: Column<T>; row: T; to: To | undefined; linkTabIndex?: number }) {
  const content = column.cell(row, linkTabIndex);
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
        <Link to={to} className={styles.rowLink} preventScrollReset {...(linkTabIndex === undefined ? {} : { tabIndex: linkTabIndex })}>
          {content}
        </Link>
      )}
    </th>
  );
}
