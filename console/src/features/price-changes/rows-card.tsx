// The rows of one part of the plan, filtered and grouped; a row opens its trace.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import type { Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { countOf, formatCount } from '../../shared/format';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { LongTable, useIsLong } from '../../ui/long-table';
import { outcomesAskedFor, type RowsPart } from './parts';
import { PlanAgainDialog, type LeftOut } from './plan-again-dialog';
import { planRows } from './plan-rows';
import { RowDrawer } from './row-drawer';
import { groupingOf, withoutOwn } from './row-groups';
import { RowGroupsTable } from './row-groups-table';
import { rowColumns } from './rows-columns';
import { ALL_ROWS, countIn, filterWords, rowsShape, type RowsFilter } from './rows-filter';
import { RowsFilters } from './rows-filters';
import { useRowCounts } from './use-row-counts';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];
type Row = Schemas['PriceChangeRow'];

/** Where links that narrow the rows lead. */
const ROWS = 'rows';

export function RowsCard({ change, part }: { change: PriceChange; part: RowsPart }) {
  const { values: all, change: setFilters } = useFilters(rowsShape);
  const grouping = groupingOf(all.group);
  const values = withoutOwn(all, grouping);
  const { hash, key } = useLocation();
  const commit = useCallback((q: string) => setFilters({ q }, 'type'), [setFilters]);
  const [typed, setTyped] = useTypedFilter(values.q, commit);
  useEffect(() => {
    if (hash === `#${ROWS}`) document.getElementById(ROWS)?.focus();
  }, [hash, key]);
  const { narrowed, counts, current } = useRowCounts(change.id, values);
  const guardrails = (change.impact.guardrails ?? []).map(({ guardrail }) => guardrail);
  const words = filterWords(values);
  const clear = () => {
    setTyped('');
    setFilters(ALL_ROWS);
  };
  const filtered = words.length > 0 ? { words: words.join('; '), clear } : undefined;
  const known = narrowed ? counts : change.impact.counts;
  const aside = <RowsFilters changeId={change.id} part={part} values={values} counts={known} guardrails={guardrails} grouping={grouping} typed={typed} onType={setTyped} onChange={setFilters} />;
  return (
    <Card title={part === 'changes' ? 'Changes' : 'Unchanged'} anchor={ROWS} flush aside={aside}>
      {grouping === null ? (
        <Rows change={change} part={part} values={values} counts={current ? known : undefined} filtered={filtered} setFilters={setFilters} />
      ) : (
        <RowGroupsTable changeId={change.id} part={part} by={grouping} values={values} guardrails={guardrails} filtered={filtered} />
      )}
    </Card>
  );
}

interface RowsProps {
  change: PriceChange;
  part: RowsPart;
  values: RowsFilter;
  /** Rows under all filters but that of outcomes, if they are known. */
  counts: Parameters<typeof countIn>[0] | undefined;
  filtered: { words: string; clear: () => void } | undefined;
  setFilters: (next: Partial<RowsFilter>, how?: 'choose' | 'type') => void;
}

function Rows({ change, part, values, counts, filtered, setFilters }: RowsProps) {
  const rowTo = useRowAddress();
  const asked = outcomesAskedFor(part, values.outcome, values.guardrail);
  const query = usePages(planRows(change.id, values, asked));
  const long = useIsLong(query);
  const mayPlan = mayAct(useMe().role, 'editor');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [leaving, setLeaving] = useState(false);
  const onChoose = useCallback((keys: string[], on: boolean) => setChosen((now) => withKeys(now, keys, on)), []);
  const selection = part === 'changes' && mayPlan ? { chosen, onChoose, label: nameOf } : undefined;
  const total = counts && countIn(counts, asked);
  const withPrior = query.rows?.some((row) => row.prior_price) ?? false;
  const shown = useMemo(() => rowColumns(change.currency, withPrior), [change.currency, withPrior]);
  return (
    <>
      {part === 'changes' && !mayPlan && (
        <div className={styles.wholePlan}>
          <NeedsRole role="editor" to="these rows but not leave any of them out">
            {null}
          </NeedsRole>
        </div>
      )}
      {chosen.size > 0 && <Chosen count={chosen.size} onLeaveOut={() => setLeaving(true)} onClear={() => setChosen(new Set())} />}
      <List query={query} noun="rows" endless={long} whole={change.allowed.includes('export') ? `/api/v1/price-changes/${change.id}/export` : undefined} total={total} filtered={filtered} empty={<p>{part === 'changes' ? 'No price changes. The rules give the prices you already have, or select nothing.' : 'Every variant that the rules select gets another price.'}</p>}>
        {(rows, busy) => (
          <LongTable
            caption={values.sort === '' ? 'Rows of the plan, in plan order' : 'Rows of the plan, sorted'}
            columns={shown}
            rows={rows}
            rowKey={variantOf}
            selection={selection}
            rowTo={rowTo}
            isCurrent={(row) => row.variant_id === values.row}
            busy={busy}
            total={total}
            sort={values.sort}
            onSort={(sort) => setFilters({ sort })}
            hasMore={query.hasMore}
            waits={query.loadingMore || query.error !== null}
            loadMore={query.loadMore}
          />
        )}
      </List>
      {leaving && <PlanAgainDialog change={change} leaving={chosenOnes(chosen)} onClose={() => setLeaving(false)} />}
      <RowDrawer changeId={change.id} stopped={change.impact.counts.blocked} currency={change.currency} variantId={values.row} rows={query.rows ?? []} onMove={(variantId) => setFilters({ row: variantId }, 'type')} onClose={() => setFilters({ row: '' })} />
    </>
  );
}

/** The address of this page with a row open. */
function useRowAddress() {
  const { pathname, search } = useLocation();
  return useCallback(
    (row: Row) => {
      const params = new URLSearchParams(search);
      params.set('row', row.variant_id);
      return { pathname, search: `?${params}` };
    },
    [pathname, search],
  );
}

const variantOf = (row: Row) => row.variant_id;
const nameOf = (row: Row) => row.sku || row.title;

function withKeys(now: ReadonlySet<string>, keys: string[], on: boolean): ReadonlySet<string> {
  const next = new Set(now);
  for (const key of keys) {
    if (on) next.add(key);
    else next.delete(key);
  }
  return next;
}

function chosenOnes(chosen: ReadonlySet<string>): LeftOut {
  const variants = countOf(chosen.size, 'variant', 'variants');
  return { count: chosen.size, which: 'the variants chosen in the table', note: `Without ${variants} chosen by hand.`, variants: () => Promise.resolve([...chosen]) };
}

/** What can be done with the chosen rows, and how many there are, said as it changes. */
function Chosen({ count, onLeaveOut, onClear }: { count: number; onLeaveOut: () => void; onClear: () => void }) {
  return (
    <div className={styles.chosen}>
      <span role="status">{countOf(count, 'row', 'rows')} chosen</span>
      <Button size="xs" onClick={onLeaveOut}>
        Leave {count === 1 ? 'it' : `these ${formatCount(count)}`} out…
      </Button>
      <Button size="xs" weight="quiet" onClick={onClear}>
        Choose none
      </Button>
    </div>
  );
}
