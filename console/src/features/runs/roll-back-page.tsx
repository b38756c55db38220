// What taking a run back would do, price by price, before anybody does it.
import { useCallback } from 'react';
import { Link, useParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { countOf } from '../../shared/format';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { takenBackState, TAKEN_BACK_STATES } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SearchField } from '../../ui/fields';
import { List, Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { RollBackSentence } from '../../ui/roll-back-preview';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Missing, MoneyValue } from '../../ui/values';
import styles from './targets-card.module.css';
import { useAfterRun } from './use-after-run';

type Run = Schemas['Run'];
type Preview = Schemas['RollBackPreview'];
type TakenBack = Schemas['TakenBack'];

const shape = { state: 'list', q: 'text' } as const;

export function Component() {
  const { runId = '' } = useParams();
  const project = useProject();
  const params = { params: { path: { id: runId } } };
  const run = $api.useQuery('get', '/api/v1/runs/{id}', params);
  const preview = $api.useQuery('get', '/api/v1/runs/{id}/rollback', params, { staleTime: 0 });
  const error = run.error ?? preview.error;
  const runs = `/${project.slug}/runs`;
  return (
    <Page
      title={run.data ? `Roll back ${run.data.title}?` : 'Roll back'}
      above={[
        { label: 'Runs', to: runs },
        { label: run.data?.title ?? 'Run', to: `${runs}/${runId}` },
      ]}
      badges={<CopyableId id={runId} label="run id" />}
      subtitle={run.data && <>Go back to the prices before this run wrote to {run.data.channel}. Nothing is written until you say so.</>}
      actions={run.data && preview.data && <Act run={run.data} preview={preview.data} />}
    >
      {error ? <ProblemPanel problem={error} notDone="What would go back is not known. Nothing was written." onRetry={() => void Promise.all([run.refetch(), preview.refetch()])} /> : null}
      {!error && !(run.data && preview.data) ? <Skeleton rows={5} /> : null}
      {run.data && preview.data && (
        <>
          <Card title="What will happen">
            <RollBackSentence preview={preview.data} />
            <p>Each price is read and compared again before it is written. Whatever somebody changes meanwhile is left alone, and told as a conflict.</p>
          </Card>
          <PricesCard run={run.data} preview={preview.data} />
        </>
      )}
    </Page>
  );
}

function Act({ run, preview }: { run: Run; preview: Preview }) {
  const project = useProject();
  const { mayRollBack, rollBack, dialog } = useAfterRun(run);
  const none = preview.prices + preview.unsure === 0;
  return (
    <NeedsRole role="editor" to="what would go back but not take it back">
      {mayRollBack && !none ? (
        <Button weight="danger" onClick={rollBack}>{`Roll back ${countOf(preview.prices, 'price', 'prices')}…`}</Button>
      ) : (
        <p className="muted">
          {none ? 'Nothing is left to take back.' : 'This run cannot be taken back now.'} See <Link to={`/${project.slug}/price-changes/${run.price_change_id}`}>its price change</Link>.
        </p>
      )}
      {dialog}
    </NeedsRole>
  );
}

function PricesCard({ run, preview }: { run: Run; preview: Preview }) {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const commit = useCallback((q: string) => change({ q }, 'type'), [change]);
  const [typed, setTyped] = useTypedFilter(values.q, commit);
  const query = usePages<TakenBack>({
    key: ['roll back', run.id, values],
    load: async (cursor, signal) => {
      const filter = { state: values.state.join(',') || undefined, q: values.q || undefined };
      const { data } = await api.GET('/api/v1/runs/{id}/rollback/prices', { params: { path: { id: run.id }, query: { cursor, limit: 100, ...filter } }, signal });
      return data!;
    },
  });
  const counts: Record<string, number> = { goes_back: preview.prices, changed: preview.changed, unsure: preview.unsure };
  const states = TAKEN_BACK_STATES.filter((state) => counts[state]! > 0 || values.state.includes(state));
  const chosen = values.state.length === 0 ? TAKEN_BACK_STATES : values.state;
  const total = values.q === '' ? chosen.reduce((sum, state) => sum + (counts[state] ?? 0), 0) : undefined;
  const words = [...(values.state.length > 0 ? [`state: ${values.state.map((state) => takenBackState(state).word.toLowerCase()).join(', ')}`] : []), ...(values.q ? [`text: ${values.q}`] : [])];
  const clear = () => {
    setTyped('');
    change({ state: [], q: '' });
  };

  return (
    <Card
      title="Prices"
      flush
      aside={
        <div className={styles.filters}>
          <Chips
            label="Filter by state"
            chips={states.map((state) => ({ value: state, word: takenBackState(state), count: counts[state] ?? 0 }))}
            chosen={values.state}
            onToggle={(state) => change({ state: toggled(values.state, state) })}
            onClear={() => change({ state: [] })}
          />
          <SearchField label="SKU or title" value={typed} onChange={setTyped} />
        </div>
      }
    >
      <List query={query} noun="prices" total={total} filtered={words.length > 0 ? { words: words.join('; '), clear } : undefined} empty={<p>Nothing that this run wrote is left to take back.</p>}>
        {(rows, busy) => <Table caption="Prices that a roll back looks at" columns={columns} rows={rows} rowKey={(row) => row.variant_id} rowTo={(row) => `/${project.slug}/catalog/${row.variant_id}`} busy={busy} total={total} />}
      </List>
    </Card>
  );
}

const columns: Column<TakenBack>[] = [
  { key: 'state', header: 'State', cell: (row) => <Status word={takenBackState(row.state)} quiet /> },
  { key: 'sku', header: 'SKU', names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', line: true, cell: (row) => row.title },
  { key: 'written', header: 'Written', end: true, cell: (row) => <MoneyValue money={row.written} /> },
  { key: 'now', header: 'Now', end: true, cell: (row) => (row.now ? <MoneyValue money={row.now} /> : <Missing />) },
  { key: 'back_to', header: 'Goes back to', end: true, cell: (row) => (row.state === 'changed' ? <Missing /> : <MoneyValue money={row.back_to} />) },
  { key: 'compare_at', header: 'Compare-at', end: true, cell: (row) => (row.state !== 'changed' && row.compare_at_back_to ? <MoneyValue money={row.compare_at_back_to} /> : <Missing />) },
];
