// Every target of a run: what was planned, what the shop had, how it ended and why.
import { useCallback } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { targetState, TARGET_STATES } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SearchField } from '../../ui/fields';
import { Glyph } from '../../ui/glyph';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Missing, MoneyValue } from '../../ui/values';
import styles from './targets-card.module.css';

type Run = Schemas['Run'];
type Target = Schemas['Target'];

const shape = { state: 'list', q: 'text', reason_code: 'text' } as const;

/** While a run writes, the table is asked for again at this pace; the counts above come live. */
const REFRESH_MS = 3_000;

export function TargetsCard({ run }: { run: Run }) {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const commit = useCallback((q: string) => change({ q }, 'type'), [change]);
  const [typed, setTyped] = useTypedFilter(values.q, commit);
  const query = usePages<Target>({
    key: ['targets', run.id, values],
    load: async (cursor, signal) => {
      const filter = { state: values.state.join(',') || undefined, q: values.q || undefined, reason_code: values.reason_code || undefined };
      const { data } = await api.GET('/api/v1/runs/{id}/targets', { params: { path: { id: run.id }, query: { cursor, limit: 100, ...filter } }, signal });
      return data!;
    },
    refetchIntervalMs: run.settled ? false : REFRESH_MS,
  });
  const counts: Record<string, number> = { ...run.counts };
  const states = TARGET_STATES.filter((state) => (counts[state] ?? 0) > 0 || values.state.includes(state));
  const chosen = values.state.length === 0 ? TARGET_STATES : values.state;
  const total = values.q === '' && values.reason_code === '' ? chosen.reduce((sum, state) => sum + (counts[state] ?? 0), 0) : undefined;
  const words = [...(values.state.length > 0 ? [`state: ${values.state.map((state) => targetState(state).word.toLowerCase()).join(', ')}`] : []), ...(values.q ? [`text: ${values.q}`] : []), ...(values.reason_code ? [`reason: ${values.reason_code}`] : [])];
  const clear = () => {
    setTyped('');
    change({ state: [], q: '', reason_code: '' });
  };

  return (
    <Card
      title="Prices"
      flush
      anchor="prices"
      aside={
        <div className={styles.filters}>
          <Chips
            label="Filter by state"
            chips={states.map((state) => ({ value: state, word: targetState(state), count: counts[state] ?? 0 }))}
            chosen={values.state}
            onToggle={(state) => change({ state: toggled(values.state, state) })}
            onClear={() => change({ state: [] })}
          />
          {values.reason_code && (
            <Button size="xs" onClick={() => change({ reason_code: '' })}>
              {`Only ${values.reason_code}: clear`}
            </Button>
          )}
          <SearchField label="SKU or title" value={typed} onChange={setTyped} />
        </div>
      }
    >
      <List query={query} noun="prices" total={total} filtered={words.length > 0 ? { words: words.join('; '), clear } : undefined} empty={<p>This run has no prices to write.</p>}>
        {(rows, busy) => (
          <Table caption="Prices of this run" columns={columns} rows={rows} rowKey={(row) => row.id} rowTo={(row) => `/${project.slug}/catalog/${row.variant_id}`} busy={busy && run.settled} total={total} />
        )}
      </List>
    </Card>
  );
}

const columns: Column<Target>[] = [
  { key: 'state', header: 'State', cell: (row) => <Status word={targetState(row.state)} quiet /> },
  { key: 'sku', header: 'SKU', names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', line: true, cell: (row) => row.title },
  { key: 'before', header: 'Expected', end: true, cell: (row) => <MoneyValue money={row.before} /> },
  { key: 'after', header: 'Written', end: true, cell: (row) => <MoneyValue money={row.after} /> },
  { key: 'observed', header: 'Seen in the shop', end: true, cell: (row) => <Seen target={row} /> },
  { key: 'reason', header: 'Why', prose: true, cell: (row) => (row.reason ? <span title={row.reason}>{row.reason}</span> : <Missing />) },
];

function Seen({ target }: { target: Target }) {
  return (
    <span className={styles.seen}>
      <MoneyValue money={target.observed} />
      {target.verified && (
        <span className={styles.verified} title="Read back and equal">
          <Glyph name="check" size={12} />
          <span className="visually-hidden">read back and equal</span>
        </span>
      )}
    </span>
  );
}
