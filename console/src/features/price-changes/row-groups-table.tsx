// The rows of a plan in groups, counted by the server; each group leads to its rows.
import { useQueries } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useLocation } from 'react-router';
import type { Schemas } from '../../api/client';
import { formatCount } from '../../shared/format';
import { encodeFilters } from '../../shared/url';
import { outcomeWord } from '../../shared/words';
import { List } from '../../ui/list';
import { Table, type Column } from '../../ui/table';
import { OUTCOMES, outcomesAskedFor, type RowsPart } from './parts';
import { groupsOf, GROUPINGS, type Grouping, type RowGroup } from './row-groups';
import { countIn, rowsShape, type RowsFilter } from './rows-filter';
import { rowCounts } from './use-row-counts';
import styles from './price-changes.module.css';

interface Counted {
  group: RowGroup;
  counts: Schemas['RowCounts'];
  rows: number;
}

interface RowGroupsTableProps {
  changeId: string;
  part: RowsPart;
  by: Grouping;
  values: RowsFilter;
  guardrails: readonly string[];
  filtered: { words: string; clear: () => void } | undefined;
}

export function RowGroupsTable({ changeId, part, by, values, guardrails, filtered }: RowGroupsTableProps) {
  const { pathname, search } = useLocation();
  const groups = groupsOf(by, OUTCOMES[part], guardrails);
  // Groups of outcomes are parts of one count, which is asked for once.
  const askings = groups.map(({ filter }) => rowCounts(changeId, { ...values, ...filter }));
  const places = askings.map(({ queryKey }) => JSON.stringify(queryKey));
  const apart = askings.filter((_, index) => places.indexOf(places[index]!) === index);
  const queries = useQueries({ queries: apart });
  const countsAt = new Map(apart.map(({ queryKey }, index) => [JSON.stringify(queryKey), queries[index]?.data]));
  const failed = queries.find(({ error }) => error !== null);
  const known = queries.every(({ data }) => data !== undefined);
  const counted = groups
    .map((group, index): Counted | null => {
      const counts = countsAt.get(places[index]!);
      const asked = outcomesAskedFor(part, group.filter.outcome ?? values.outcome, group.filter.guardrail ?? values.guardrail);
      return counts ? { group, counts, rows: countIn(counts, asked) } : null;
    })
    .filter((each) => each !== null && each.rows > 0) as Counted[];
  const rowTo = useCallback(({ group }: Counted) => ({ pathname, search: `?${encodeFilters(rowsShape, { ...group.filter, group: '', row: '' }, new URLSearchParams(search))}` }), [pathname, search]);
  const query = {
    rows: known ? counted : undefined,
    error: failed?.error ?? null,
    busy: queries.some(({ isFetching }) => isFetching),
    hasMore: false,
    loadingMore: false,
    loadMore: () => undefined,
    retry: () => queries.forEach(({ error, refetch }) => error !== null && void refetch()),
  };
  return (
    <>
      <List query={query} noun="groups" endless filtered={filtered} empty={<p>No row belongs to a group.</p>}>
        {(rows, busy) => <Table caption={`Rows of the plan by ${GROUPINGS[by].toLowerCase()}`} columns={columns(by, part)} rows={rows} rowKey={({ group }) => group.name} rowTo={rowTo} busy={busy} />}
      </List>
      {notes[by] && <p className={styles.groupNote}>{notes[by]}</p>}
    </>
  );
}

const notes: Partial<Record<Grouping, string>> = {
  margin: 'Without tax, by the cost known now. Rows without a price afterwards, or without a known cost in its currency, are in no group.',
  change: 'Rows without a price before or afterwards are in no group.',
  guardrail: 'A row that several guardrails speak of is in several groups; the others are in none.',
};

const columns = (by: Grouping, part: RowsPart): Column<Counted>[] => [
  { key: 'group', header: GROUPINGS[by], names: true, cell: ({ group }) => group.name },
  { key: 'rows', header: 'Rows', end: true, cell: ({ rows }) => <span className="number">{formatCount(rows)}</span> },
  ...(by === 'outcome' ? [] : OUTCOMES[part].map((outcome): Column<Counted> => ({ key: outcome, header: outcomeWord(outcome).word, end: true, cell: ({ counts }) => <Count count={counts[outcome]} /> }))),
];

function Count({ count }: { count: number }) {
  return <span className={count > 0 ? 'number' : 'number muted'}>{formatCount(count)}</span>;
}
