// The rows of one part of the plan, filtered by outcome, guardrail and text; a row opens its trace.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { countOf, formatAmount, formatCount } from '../../shared/format';
import { guardrailName } from '../../shared/guardrails';
import { furtherReason } from '../../shared/reasons';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { outcomeWord } from '../../shared/words';
import { spanOf } from '../../ui/bins';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SearchField, SelectField } from '../../ui/fields';
import { GuardrailMarks, isJudged } from '../../ui/guardrails';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { LongTable, pageSize, useIsLong } from '../../ui/long-table';
import type { Column } from '../../ui/table';
import { Missing, PercentValue } from '../../ui/values';
import { OUTCOMES, outcomesAskedFor, type Outcome, type RowsPart } from './parts';
import { PlanAgainDialog, type LeftOut } from './plan-again-dialog';
import { RowDrawer } from './row-drawer';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];
type Row = Schemas['PriceChangeRow'];

/** Where links that narrow the rows lead. */
const ROWS = 'rows';

const shape = { outcome: 'list', q: 'text', guardrail: 'text', row: 'text', sort: 'text', 'delta_pct[gte]': 'text', 'delta_pct[lt]': 'text' } as const;

export function RowsCard({ change, part }: { change: PriceChange; part: RowsPart }) {
  const { values, change: setFilters } = useFilters(shape);
  const { pathname, search, hash, key } = useLocation();
  const commit = useCallback((q: string) => setFilters({ q }, 'type'), [setFilters]);
  const [typed, setTyped] = useTypedFilter(values.q, commit);
  useEffect(() => {
    if (hash === `#${ROWS}`) document.getElementById(ROWS)?.focus();
  }, [hash, key]);
  const [from, to] = [values['delta_pct[gte]'], values['delta_pct[lt]']];
  const asked = outcomesAskedFor(part, values.outcome, values.guardrail);
  const query = usePages<Row>({
    key: ['rows', change.id, asked, values.q, values.guardrail, values.sort, from, to],
    load: async (cursor, signal) => {
      const filter = { outcome: asked.join(',') || undefined, q: values.q || undefined, guardrail: values.guardrail || undefined, sort: values.sort || undefined, 'delta_pct[gte]': from || undefined, 'delta_pct[lt]': to || undefined };
      const { data } = await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id: change.id }, query: { cursor, limit: pageSize(cursor), ...filter } }, signal });
      return data!;
    },
    freshMs: Infinity,
  });
  const long = useIsLong(query);
  const mayPlan = mayAct(useMe().role, 'editor');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [leaving, setLeaving] = useState(false);
  const onChoose = useCallback((keys: string[], on: boolean) => setChosen((now) => withKeys(now, keys, on)), []);
  const selection = part === 'changes' && mayPlan ? { chosen, onChoose, label: nameOf } : undefined;
  const { counts } = change.impact;
  const offered: readonly Outcome[] = OUTCOMES[part];
  const total = values.q === '' && values.guardrail === '' && from === '' && to === '' ? offered.reduce((sum, outcome) => sum + (asked.includes(outcome) ? counts[outcome] : 0), 0) : undefined;
  const guardrails = change.impact.guardrails ?? [];
  const words = [
    ...(values.outcome.length > 0 ? [`outcome: ${values.outcome.map((each) => outcomeWord(each).word.toLowerCase()).join(', ')}`] : []),
    ...(values.guardrail ? [`guardrail: ${guardrailName(values.guardrail)}`] : []),
    ...(from !== '' || to !== '' ? [`change ${spanOf({ from_pct: from || null, to_pct: to || null, count: 0 })}`] : []),
    ...(values.q ? [`text: ${values.q}`] : []),
  ];
  const clear = () => {
    setTyped('');
    setFilters({ outcome: [], q: '', guardrail: '', 'delta_pct[gte]': '', 'delta_pct[lt]': '' });
  };
  const withRow = useCallback(
    (row: Row) => {
      const params = new URLSearchParams(search);
      params.set('row', row.variant_id);
      return { pathname, search: `?${params}` };
    },
    [pathname, search],
  );
  const withPrior = query.rows?.some((row) => row.prior_price) ?? false;
  const shown = useMemo(() => columns(change.currency, withPrior), [change.currency, withPrior]);

  return (
    <>
      <Card
        title={part === 'changes' ? 'Changes' : 'Unchanged'}
        anchor={ROWS}
        flush
        aside={
          <div className={styles.rowFilters}>
            <Chips
              label="Filter by outcome"
              chips={offered.map((outcome) => ({ value: outcome, word: outcomeWord(outcome), count: counts[outcome] }))}
              chosen={values.outcome}
              onToggle={(outcome) => setFilters({ outcome: toggled(values.outcome, outcome) })}
              onClear={() => setFilters({ outcome: [] })}
            />
            {(guardrails.length > 0 || values.guardrail !== '') && (
              <SelectField
                label="Guardrail"
                value={values.guardrail}
                onChange={(guardrail) => setFilters({ guardrail })}
                options={[['', 'Any guardrail'], ...withChosen(guardrails.map((each) => each.guardrail), values.guardrail).map((code): [string, string] => [code, guardrailName(code)])]}
              />
            )}
            {(from !== '' || to !== '') && (
              <Button size="xs" onClick={() => setFilters({ 'delta_pct[gte]': '', 'delta_pct[lt]': '' })}>
                {`Changes ${spanOf({ from_pct: from || null, to_pct: to || null, count: 0 })} ✕`}
              </Button>
            )}
            <SearchField label="SKU or title" value={typed} onChange={setTyped} />
          </div>
        }
      >
        {chosen.size > 0 && <Chosen count={chosen.size} onLeaveOut={() => setLeaving(true)} onClear={() => setChosen(new Set())} />}
        <List query={query} noun="rows" endless={long} total={total} filtered={words.length > 0 ? { words: words.join('; '), clear } : undefined} empty={<p>{part === 'changes' ? 'No price changes. The rules give the prices you already have, or select nothing.' : 'Every variant that the rules select gets another price.'}</p>}>
          {(rows, busy) => (
            <LongTable
              caption={values.sort === '' ? 'Rows of the plan, in plan order' : 'Rows of the plan, sorted'}
              columns={shown}
              rows={rows}
              rowKey={variantOf}
              selection={selection}
              rowTo={withRow}
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
      </Card>
      {leaving && <PlanAgainDialog change={change} leaving={chosenOnes(chosen)} onClose={() => setLeaving(false)} />}
      <RowDrawer changeId={change.id} stopped={counts.blocked} currency={change.currency} variantId={values.row} rows={query.rows ?? []} onMove={(variantId) => setFilters({ row: variantId }, 'type')} onClose={() => setFilters({ row: '' })} />
    </>
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

/** What is chosen can always be seen, even when the plan has nothing of it. */
const withChosen = (codes: string[], chosen: string) => (chosen === '' || codes.includes(chosen) ? codes : [...codes, chosen]);

/** The prior price stands only where the law asks for it. */
const columns = (currency: string, withPrior: boolean): Column<Row>[] => [
  { key: 'outcome', header: 'Outcome', share: 0.8, cell: (row) => <Status word={outcomeWord(row.outcome)} quiet /> },
  { key: 'sku', header: 'SKU', sort: 'sku', share: 1.1, names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', share: 1.6, line: true, cell: (row) => row.title },
  { key: 'before', header: `Old ${currency}`, end: true, cell: (row) => <Amount money={row.before} /> },
  { key: 'after', header: `New ${currency}`, sort: 'after', end: true, cell: (row) => <Amount money={row.after} /> },
  { key: 'pct', header: 'Change', sort: 'delta_pct', share: 0.8, end: true, cell: (row) => <PercentValue pct={row.change_pct} /> },
  ...(withPrior ? [{ key: 'prior', header: '30-day low', end: true, cell: (row: Row) => <Amount money={row.prior_price} /> }] : []),
  { key: 'rule', header: 'Decided by', line: true, cell: (row) => row.rule },
  { key: 'reason', header: 'Note', share: 1.8, prose: true, cell: (row) => <Note row={row} /> },
];

/** What guardrails said of the row, and why it is not written or was moved. */
function Note({ row }: { row: Row }) {
  const further = furtherReason(row);
  if (!isJudged(row) && further === null) return <Missing />;
  return (
    <>
      {isJudged(row) && <GuardrailMarks row={row} />}
      {further !== null && <span>{further}</span>}
    </>
  );
}

function Amount({ money }: { money: Schemas['Money'] | null | undefined }) {
  return money ? <span className="number">{formatAmount(money)}</span> : <Missing />;
}
