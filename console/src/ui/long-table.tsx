// A table of any length: real rows, of which only those in sight are drawn. Further pages are fetched as they come into sight.
// Up to 200 rows, and on a narrow screen, it is the plain table, in which the browser can search.
import { useMediaQuery } from '@mantine/hooks';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { memo, startTransition, useCallback, useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent } from 'react';
import { PLAIN_MAX } from '../shared/page-size';
import { usePreferences } from '../shared/preferences';
import { keeping, stretchesOf } from './stretches';
import type { PagedQuery } from './list';
import { Cell, Heading, isTyping, Table, type Column, type TableProps } from './table';
import { ChooseCell, ChooseHead, useChoosing } from './table-choice';
import { rowAfterKey } from './table-keys';
import styles from './table.module.css';

/** Rows of an unknown number that may be scrolled into before their page has come. */
const AHEAD = 50;
/** Rows drawn above and below those in sight, once those stand there. */
const BESIDE = 8;

interface LongTableProps<T> extends TableProps<T> {
  hasMore: boolean;
  /** Set while a page is under way, or the last one failed: none is asked for then. */
  waits: boolean;
  loadMore: () => void;
  /** Whether it is long, where that is not seen from its rows: rows that open and close leave it as it is. */
  long?: boolean;
}

/** Whether a list is so long that only what is in sight is drawn. */
export function useIsLong({ rows, hasMore }: Pick<PagedQuery<unknown>, 'rows' | 'hasMore'>): boolean {
  const wide = useMediaQuery('(min-width: 48rem)', true, { getInitialValueInEffect: false });
  return wide && (hasMore || (rows?.length ?? 0) > PLAIN_MAX);
}

export function LongTable<T>({ long, ...props }: LongTableProps<T>) {
  const seen = useIsLong(props);
  return (long ?? seen) ? <VirtualTable {...props} /> : <Table {...props} />;
}

function VirtualTable<T>({ caption, columns, rows, rowKey, rowTo, isCurrent, tone, busy = false, total, sort, onSort, selection, hasMore, waits, loadMore }: LongTableProps<T>) {
  const place = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const toTheEnd = useRef(false);
  const [active, setActive] = useState(0);
  const count = hasMore ? Math.max(total ?? 0, rows.length + AHEAD) : rows.length;
  const [isShown, setShown] = useState(false);
  useEffect(() => startTransition(() => setShown(true)), []);
  const { letters, density } = usePreferences();
  const { rowHeight, headHeight, height } = useMemo(() => heightsIn(density), [density]);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: isShown ? BESIDE : 0,
    // Until it has been measured: rows stand in the first picture, and the browser lays the page out once.
    initialRect: { width: 0, height },
    scrollPaddingStart: headHeight,
    rangeExtractor: useCallback((range: Parameters<typeof defaultRangeExtractor>[0]) => keeping(defaultRangeExtractor(range), active, range.count), [active]),
  });
  const reckoned = useRef(rowHeight);
  useEffect(() => {
    if (reckoned.current !== rowHeight) virtualizer.measure();
    reckoned.current = rowHeight;
  }, [rowHeight, virtualizer]);
  const drawn = virtualizer.getVirtualItems();
  const lowest = virtualizer.range?.endIndex ?? 0;
  const choosing = useChoosing(selection, rows, rowKey);

  useEffect(() => {
    if (hasMore && !waits && lowest + AHEAD > rows.length) loadMore();
  }, [hasMore, waits, lowest, rows.length, loadMore]);

  useEffect(() => {
    if (!moved.current) return;
    const row = place.current?.querySelector(`tr[data-place="${active}"]`);
    (row?.querySelector<HTMLElement>('th a, th button') ?? (row as HTMLElement | null))?.focus();
  }, [active, rows.length]);

  // A row opened by its address stands in sight, if it is among those that have come.
  const current = isCurrent === undefined ? -1 : rows.findIndex(isCurrent);
  useEffect(() => {
    if (current >= 0) virtualizer.scrollToIndex(current, { align: 'auto' });
  }, [current, virtualizer]);

  // How many rows there are may be known only once all have come: whoever asked for the last one is taken along.
  useEffect(() => {
    if (!toTheEnd.current) return;
    toTheEnd.current = hasMore;
    setActive(count - 1);
    virtualizer.scrollToIndex(count - 1, { align: 'end' });
  }, [count, hasMore, virtualizer]);

  const goTo = (to: number) => {
    moved.current = true;
    setActive(to);
    virtualizer.scrollToIndex(to, { align: 'auto' });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const inRows = event.target instanceof HTMLElement && event.target.closest('tbody') !== null;
    if (!inRows || isTyping(event)) return;
    const to = rowAfterKey(event.key, active, count, letters);
    toTheEnd.current = event.key === 'End' && hasMore;
    if (to !== null) goTo(to);
    else if (letters && event.key.toLowerCase() === 'x' && choosing) choosing.toggle(active, event.shiftKey);
    else return;
    event.preventDefault();
  };
  const latest = useRef({ choosing, rowTo });
  latest.current = { choosing, rowTo };
  const toggle = useCallback((index: number, range: boolean) => latest.current.choosing?.toggle(index, range), []);

  return (
    <div ref={place} className={`${styles.scroll} ${styles.long}`} data-busy={busy || undefined} role="region" aria-label={caption} tabIndex={0} onKeyDown={onKeyDown} style={{ '--row': `${rowHeight}px` } as CSSProperties}>
      <table className={styles.table} role="table" style={{ minWidth: leastWidth(columns) }} aria-busy={busy} aria-rowcount={hasMore && total === undefined ? -1 : count + 1}>
        <caption className="visually-hidden">{caption}</caption>
        <Shares columns={columns} chooses={selection !== undefined} />
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {selection && <ChooseHead />}
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" onFocus={(event) => setActive((now) => placeOf(event.target) ?? now)}>
          {stretchesOf(drawn, virtualizer.getTotalSize()).map((stretch) => {
            if (stretch.kind === 'gap') return <Gap key={stretch.key} size={stretch.size} />;
            const row = rows[stretch.index];
            if (row === undefined) return <Waiting key={stretch.index} place={stretch.index} columns={columns.length + (selection ? 1 : 0)} />;
            return (
              <Row
                key={stretch.index}
                row={row}
                place={stretch.index}
                columns={columns}
                rowTo={rowTo}
                current={stretch.index === current}
                tone={tone?.(row)}
                reachable={stretch.index === active}
                label={selection?.label(row)}
                chosen={selection?.chosen.has(rowKey(row)) ?? false}
                onToggle={toggle}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<T> {
  row: T;
  place: number;
  columns: Column<T>[];
  rowTo: TableProps<T>['rowTo'];
  current: boolean;
  tone: string | undefined;
  /** The one row that Tab leads to. */
  reachable: boolean;
  label: string | undefined;
  chosen: boolean;
  onToggle: (place: number, range: boolean) => void;
}

const Row = memo(function Row<T>({ row, place, columns, rowTo, current, tone, reachable, label, chosen, onToggle }: RowProps<T>) {
  const tabIndex = reachable ? 0 : -1;
  return (
    <tr role="row" aria-rowindex={place + 2} data-place={place} data-linked={rowTo?.(row) !== undefined || undefined} data-current={current || undefined} data-tone={tone}>
      {label !== undefined && <ChooseCell label={label} chosen={chosen} tabIndex={tabIndex} onToggle={(range) => onToggle(place, range)} />}
      {columns.map((column) => (
        <Cell key={column.key} column={column} row={row} to={column.names ? rowTo?.(row) : undefined} linkTabIndex={tabIndex} />
      ))}
    </tr>
  );
}) as <T>(props: RowProps<T>) => React.JSX.Element;

/** A row whose page has not come yet. */
function Waiting({ place, columns }: { place: number; columns: number }) {
  return (
    <tr role="row" aria-rowindex={place + 2} data-place={place} className={styles.waiting} tabIndex={-1}>
      <td role="cell" colSpan={columns}>
        <i style={{ width: `${40 + ((place * 37) % 50)}%` }} />
        <span className="visually-hidden">Loading</span>
      </td>
    </tr>
  );
}

function Gap({ size }: { size: number }) {
  return (
    <tr aria-hidden="true" className={styles.gap}>
      <td style={{ height: size }} />
    </tr>
  );
}

/** Without them each page of rows would have columns of its own width. */
function Shares<T>({ columns, chooses }: { columns: Column<T>[]; chooses: boolean }) {
  const whole = columns.reduce((sum, column) => sum + (column.share ?? 1), 0);
  return (
    <colgroup>
      {chooses && <col style={{ width: '2.5rem' }} />}
      {columns.map((column) => (
        <col key={column.key} style={{ width: `${((column.share ?? 1) / whole) * 100}%` }} />
      ))}
    </colgroup>
  );
}

/** Below so much for each share a column could not be read; the table scrolls in its place instead. */
const SHARE_REM = 6.5;
const leastWidth = <T,>(columns: Column<T>[]) => `max(60rem, ${columns.reduce((sum, column) => sum + (column.share ?? 1), 0) * SHARE_REM}rem)`;

function placeOf(target: EventTarget): number | null {
  const place = target instanceof HTMLElement ? target.closest('tr')?.dataset['place'] : undefined;
  return place === undefined ? null : Number(place);
}

/** The theme's heights in pixels, those of table.module.css: whole rows of it are reckoned with. */
function heightsIn(_density: string) {
  const styles = getComputedStyle(document.documentElement);
  const rem = Number.parseFloat(styles.fontSize) || 16;
  return {
    rowHeight: Number.parseFloat(styles.getPropertyValue('--row-height')) * rem || 40,
    headHeight: 2.25 * rem,
    height: Math.max(20 * rem, window.innerHeight - 12 * rem),
  };
}
