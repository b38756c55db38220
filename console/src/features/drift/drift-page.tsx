// Prices that a shop shows and Calibr does not hold: what was expected, what was seen, and what to do about it.
import { useCallback, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { toggled } from '../../shared/url';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { SearchField, SelectField } from '../../ui/fields';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing, MoneyValue } from '../../ui/values';
import { BASE } from '../catalog/surfaces';
import { useSurfaces } from '../catalog/use-surfaces';
import { AdoptDialog, PutBackDialog } from './drift-dialogs';
import { DRIFT_STATES, driftState, foundBy, nothingSeen } from './drift-words';
import { LastCheck } from './last-check';
import { PolicyCard } from './policy-card';
import styles from './drift.module.css';

type Drift = Schemas['Drift'];

const shape = { state: 'list', channel: 'text', surface: 'text', q: 'text' } as const;

/** One request settles at most so many. */
const SETTLED_AT_ONCE = 100;

export function Component() {
  return (
    <Page title="Drift" subtitle="Prices that a shop shows and Calibr does not hold. What Calibr wrote itself is none.">
      <DriftsCard />
      <PolicyCard />
    </Page>
  );
}

/** A first visit shows what is open, and says so in the address. */
function useOpenAtFirst() {
  const [params, setParams] = useSearchParams();
  const bare = params.size === 0;
  useEffect(() => {
    if (bare) setParams({ state: 'open' }, { replace: true });
  }, [bare, setParams]);
}

function DriftsCard() {
  useOpenAtFirst();
  const project = useProject();
  const { values, change } = useFilters(shape);
  const commit = useCallback((q: string) => change({ q }, 'type'), [change]);
  const [typed, setTyped] = useTypedFilter(values.q, commit);
  const channels = $api.useQuery('get', '/api/v1/channels', { params: { query: { project: project.slug, limit: 100 } } }, { staleTime: 60_000 });
  const query = usePages<Drift>({
    key: ['drifts', project.slug, values],
    load: async (cursor, signal) => {
      const filter = { state: values.state.join(',') || undefined, channel: values.channel || undefined, surface: values.surface || undefined, q: values.q || undefined };
      const { data } = await api.GET('/api/v1/drifts', { params: { query: { project: project.slug, cursor, limit: SETTLED_AT_ONCE, ...filter } }, signal });
      return data!;
    },
    refetchIntervalMs: 30_000,
  });
  const names = new Map((channels.data?.data ?? []).map(({ id, name }) => [id, name]));
  const surfaces = new Map((useSurfaces().data?.data ?? []).map(({ name, title }) => [name, title]));
  const words = [
    ...(values.state.length > 0 ? [`state: ${values.state.map((state) => driftState(state).word.toLowerCase()).join(', ')}`] : []),
    ...(values.channel ? [`shop: ${names.get(values.channel) ?? values.channel}`] : []),
    ...(values.surface ? [`surface: ${surfaces.get(values.surface) ?? values.surface}`] : []),
    ...(values.q ? [`text: ${values.q}`] : []),
  ];
  const onlyOpen = words.length === 1 && values.state.length === 1 && values.state[0] === 'open';
  const clear = () => {
    setTyped('');
    change({ state: [...DRIFT_STATES], channel: '', surface: '', q: '' });
  };
  return (
    <Card
      title="Drifts"
      flush
      aside={
        <div className={styles.filters}>
          <Chips
            label="Filter by state"
            chips={DRIFT_STATES.map((state) => ({ value: state, word: driftState(state) }))}
            chosen={values.state.length === DRIFT_STATES.length ? [] : values.state}
            onToggle={(state) => change({ state: toggled(values.state.length === DRIFT_STATES.length ? [] : values.state, state) })}
            onClear={() => change({ state: [...DRIFT_STATES] })}
          />
          {names.size > 1 && <SelectField label="Shop" value={values.channel} onChange={(channel) => change({ channel })} options={[['', 'All shops'], ...names]} />}
          {surfaces.size > 1 && <SelectField label="Price surface" value={values.surface} onChange={(surface) => change({ surface })} options={[['', 'All surfaces'], ...surfaces]} />}
          <SearchField label="SKU or title" value={typed} onChange={setTyped} />
        </div>
      }
    >
      <List query={query} noun="drifts" filtered={words.length > 0 && !onlyOpen ? { words: words.join('; '), clear } : undefined} empty={<NoDrift onSeeAll={clear} />}>
        {(rows, busy) => <DriftRows rows={rows} busy={busy} names={names} surfaces={surfaces} />}
      </List>
    </Card>
  );
}

function NoDrift({ onSeeAll }: { onSeeAll: () => void }) {
  return (
    <>
      <p>
        No price in any shop differs from what Calibr holds. <LastCheck />
      </p>
      <Button onClick={onSeeAll}>See what was settled</Button>
    </>
  );
}

type Names = Map<string, string>;

function DriftRows({ rows, busy, names, surfaces }: { rows: Drift[]; busy: boolean; names: Names; surfaces: Names }) {
  const project = useProject();
  const me = useMe();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<'adopt' | 'put back' | null>(null);
  const openRows = rows.filter((row) => row.state === 'open');
  const chosenRows = openRows.filter((row) => chosen.has(row.id));
  const ids = chosenRows.map((row) => row.id);
  const ofOneSurface = chosenRows.every(({ surface }) => surface === chosenRows[0]!.surface);
  const may = mayAct(me.role, 'editor') && openRows.length > 0;
  const onChoose = (keys: string[], on: boolean) =>
    setChosen((before) => {
      const next = new Set(before);
      for (const key of keys) if (on) next.add(key);
        else next.delete(key);
      return next;
    });
  const close = (settled: boolean) => {
    setOpen(null);
    if (settled) setChosen(new Set());
  };
  return (
    <>
      {may && (
        <div className={styles.acts} role="group" aria-label="Acts on the chosen drifts">
          <span role="status">{ids.length === 0 ? 'Choose drifts to decide about them.' : `${countOf(ids.length, 'open drift', 'open drifts')} chosen.`}</span>
          <Button size="xs" onClick={() => onChoose(openRows.slice(0, SETTLED_AT_ONCE).map(({ id }) => id), ids.length === 0)}>
            {ids.length === 0 ? `Choose ${countOf(Math.min(openRows.length, SETTLED_AT_ONCE), 'open drift', 'open drifts')}` : 'Choose none'}
          </Button>
          {ids.length > 0 && (
            <>
              {ofOneSurface ? (
                <Button size="xs" weight="primary" onClick={() => setOpen('put back')}>
                  {`Put ${countOf(ids.length, 'price', 'prices')} back…`}
                </Button>
              ) : (
                <span className="muted">Prices are put back one surface at a time.</span>
              )}
              <Button size="xs" onClick={() => setOpen('adopt')}>
                {`Take ${countOf(ids.length, 'price', 'prices')} as ours…`}
              </Button>
            </>
          )}
        </div>
      )}
      <Table
        caption="Drifts, newest first"
        columns={columns(names, surfaces, project.slug, rows)}
        rows={rows}
        rowKey={(row) => row.id}
        busy={busy}
        rowTo={(row) => `/${project.slug}/catalog/${row.variant}${row.surface === BASE ? '' : `?surface=${encodeURIComponent(row.surface)}`}`}
        selection={may ? { chosen, onChoose, label: (row) => row.sku || row.title } : undefined}
      />
      {open === 'put back' && <PutBackDialog ids={ids.slice(0, SETTLED_AT_ONCE)} onClose={close} />}
      {open === 'adopt' && <AdoptDialog ids={ids.slice(0, SETTLED_AT_ONCE)} onClose={close} />}
    </>
  );
}

const columns = (names: Names, surfaces: Names, project: string, rows: Drift[]): Column<Drift>[] => [
  { key: 'state', header: 'State', cell: (row) => <Status word={driftState(row.state)} quiet /> },
  { key: 'sku', header: 'SKU', names: true, cell: (row) => <span className="mono">{row.sku || 'no SKU'}</span> },
  { key: 'title', header: 'Product', line: true, cell: (row) => row.title },
  ...(names.size > 1 ? [{ key: 'shop', header: 'Shop', line: true, cell: (row: Drift) => names.get(row.channel) ?? row.channel }] : []),
  ...(surfaces.size > 1 ? [{ key: 'surface', header: 'Surface', line: true, cell: (row: Drift) => surfaces.get(row.surface) ?? row.surface }] : []),
  { key: 'expected', header: 'Wanted', end: true, cell: (row) => <Pair price={row.expected} compareAt={row.expected_compare_at} follows={row.expected_relative} /> },
  { key: 'found', header: 'Seen', end: true, cell: (row) => (row.found ? <Pair price={row.found} compareAt={row.found_compare_at} follows={row.found_relative} /> : <span className="muted">{nothingSeen(row.surface)}</span>) },
  { key: 'by', header: 'Found by', cell: (row) => foundBy(row.found_by) },
  { key: 'first', header: 'First seen', cell: (row) => <Instant at={row.first_seen_at} /> },
  { key: 'last', header: 'Last seen', cell: (row) => <Instant at={row.last_seen_at} /> },
  ...(rows.some(({ state }) => state !== 'open') ? [{ key: 'settled', header: 'Settled', cell: (row: Drift) => <Settled drift={row} project={project} /> }] : []),
];

/** A price, the compare-at price under it where there is one, and whether it follows the base price. */
function Pair({ price, compareAt, follows }: { price: Schemas['Money']; compareAt: Schemas['Money'] | null | undefined; follows: boolean }) {
  return (
    <span className={styles.pair}>
      <MoneyValue money={price} />
      {compareAt && (
        <span className="muted">
          compare-at <MoneyValue money={compareAt} />
        </span>
      )}
      {follows && <span className="muted">follows the base price</span>}
    </span>
  );
}

function Settled({ drift, project }: { drift: Drift; project: string }) {
  if (!drift.settled_at) return <Missing />;
  return (
    <span className={styles.settled}>
      <span>
        <Instant at={drift.settled_at} />
        {drift.settled_by && <> by {drift.settled_by}</>}
      </span>
      {drift.price_change && (
        <ButtonLink size="xs" weight="quiet" to={`/${project}/price-changes/${drift.price_change}`}>
          See the plan<span className="visually-hidden"> for {drift.sku || drift.title}</span>
        </ButtonLink>
      )}
    </span>
  );
}
