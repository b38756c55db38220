// A list with all its states: first load, rows, reload over old rows, empty, empty because of filters, error, more to load.
import type { ReactNode } from 'react';
import { isSilence } from '../api/problem';
import { formatCount } from '../shared/format';
import { Button } from './button';
import { ProblemPanel } from './problem-panel';
import { isUnfit } from './problem-hint';
import styles from './list.module.css';

/** The part of a paged query that a list needs. */
export interface PagedQuery<T> {
  rows: T[] | undefined;
  error: unknown;
  busy: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

interface ListProps<T> {
  query: PagedQuery<T>;
  /** Rows of which thing: `variants`, `price changes`. */
  noun: string;
  /** All there are, when the server said so. */
  total?: number | undefined;
  empty: ReactNode;
  /** Set when filters are on: what they are in words, and how to clear them. */
  filtered?: { words: string; clear: () => void } | undefined;
  /** Set where further pages come by themselves. */
  endless?: boolean;
  /** Where all of them can be had as a file, however many. */
  whole?: string | undefined;
  children: (rows: T[], busy: boolean) => ReactNode;
}

export function List<T>({ query, noun, total, empty, filtered, endless = false, whole, children }: ListProps<T>) {
  const { rows } = query;
  if (rows === undefined) {
    return query.error ? (
      <div className={styles.pad}>
        <Refused query={query} filtered={filtered} />
      </div>
    ) : (
      <Skeleton rows={8} />
    );
  }
  if (rows.length === 0 && !query.busy) {
    return filtered ? (
      <div className={styles.empty}>
        <p>
          No {noun} match <em>{filtered.words}</em>.
        </p>
        <Button onClick={filtered.clear}>Clear filters</Button>
      </div>
    ) : (
      <div className={styles.empty}>{empty}</div>
    );
  }
  return (
    <>
      {query.error && !isSilence(query.error) ? (
        <div className={styles.pad}>
          <Refused query={query} filtered={filtered} still="The rows below are from the last time it worked." />
        </div>
      ) : null}
      {(total ?? rows.length) > MANY && <TooMany count={total ?? rows.length} noun={noun} more={total === undefined && query.hasMore} whole={whole} />}
      {children(rows, query.busy)}
      <footer className={styles.footer}>
        <span role="status">{inWords(rows.length, total, query.hasMore, endless)}</span>
        {query.hasMore && !endless && (
          <Button size="xs" busy={query.loadingMore} onClick={query.loadMore}>
            Load more {noun}
          </Button>
        )}
      </footer>
    </>
  );
}

/** More than this nobody reads row by row. */
const MANY = 10_000;

/** Nothing is left out; but to find something among so many, less of them is the way. */
function TooMany({ count, noun, more, whole }: { count: number; noun: string; more: boolean; whole: string | undefined }) {
  return (
    <p className={styles.many}>
      <strong>
        {more && 'More than '}
        {formatCount(count)} {noun}.
      </strong>{' '}
      They come as you scroll. Narrow them with the filters above
      {whole === undefined ? (
        '.'
      ) : (
        <>
          , or{' '}
          <a href={whole} download>
            export all
          </a>
          .
        </>
      )}
    </p>
  );
}

/** Filters that the server does not know are refused again however often it is asked: the way on is without them. */
function Refused({ query, filtered, still }: { query: Pick<PagedQuery<unknown>, 'error' | 'retry'>; filtered: ListProps<unknown>['filtered']; still?: string }) {
  const unfit = isUnfit(query.error);
  return (
    <>
      <ProblemPanel problem={query.error} {...(still === undefined ? {} : { still })} {...(unfit ? {} : { onRetry: query.retry })} />
      {unfit && filtered && <Button onClick={filtered.clear}>Clear filters</Button>}
    </>
  );
}

function inWords(shown: number, total: number | undefined, hasMore: boolean, endless: boolean): string {
  if (endless) return total === undefined && hasMore ? 'More rows come as you scroll' : `${formatCount(total ?? shown)} in all`;
  return total === undefined ? `${formatCount(shown)} shown${hasMore ? ', more to load' : ''}` : `${formatCount(shown)} of ${formatCount(total)}`;
}

/** Grey rows of the final height, so that nothing jumps when the data comes. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className={styles.skeleton} aria-busy="true">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} style={{ width: `${92 - ((index * 37) % 40)}%` }} />
      ))}
    </div>
  );
}
