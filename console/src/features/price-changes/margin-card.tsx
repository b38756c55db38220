// What prices leave behind: change and margin of every row, or of very many how many lie together. The counts are the server's.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { withoutZeros } from '../../shared/decimal';
import { countOf, formatCount, formatLevel } from '../../shared/format';
import { encodeFilters } from '../../shared/url';
import { outcomeWord } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Figure, FigureTable } from '../../ui/figure';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { useGuardrails } from '../guardrails/use-guardrails';
import { axesOf, beyond, pointsOf, POINTS_MAX, type Cell } from './margin-points';
import { MarginCells, MarginLegend, MarginScatter, mostIn, type Floor } from './margin-scatter';
import { OUTCOMES } from './parts';
import { groupsOf, type RowGroup } from './row-groups';
import { ALL_ROWS, countIn, rowsShape, type RowsFilter } from './rows-filter';
import { rowCounts } from './use-row-counts';
import styles from './margin-scatter.module.css';

type PriceChange = Schemas['PriceChange'];
type Band = { group: RowGroup; counts: Schemas['RowCounts']; rows: number };

const MARGINS = 'margins';

/** Nothing where no cost is known in the currency of the prices. Above the limit it is drawn only when somebody asks. */
export function MarginCard({ change }: { change: PriceChange }) {
  const { counts } = change.impact;
  const rows = countIn({ ...counts }, OUTCOMES.changes);
  const [asked, setAsked] = useState(false);
  const draw = () => {
    setAsked(true);
    // The button goes; whoever pressed it stays with what it brings.
    document.getElementById(MARGINS)?.focus({ preventScroll: true });
  };
  if (!change.impact.margin || rows === 0) return null;
  return (
    <Card title="Margins" anchor={MARGINS}>
      {rows <= POINTS_MAX || asked ? (
        <Margins change={change} rows={rows} />
      ) : (
        <>
          <p>
            A picture of {formatCount(rows)} rows takes a moment: all of them are counted, and drawn by how many lie together.
          </p>
          <p>
            <Button onClick={draw}>Draw the margins</Button>
          </p>
        </>
      )}
    </Card>
  );
}

/** What is drawn, and how it comes short of all rows. */
interface Drawn {
  points: ReturnType<typeof pointsOf> | null;
  cells: readonly Cell[];
  without: number;
  outside: number;
}

function Margins({ change, rows }: { change: PriceChange; rows: number }) {
  const floor = useFloor();
  const singly = rows <= POINTS_MAX;
  const drawn = useQuery({ queryKey: ['margins', change.id, singly, floor.level], queryFn: ({ signal }) => (singly ? everyRow(change.id, floor, signal) : inCells(change.id, signal)), staleTime: 60_000 });
  const groups = groupsOf('margin', [], []);
  const counted = useQueries({ queries: groups.map(({ filter }) => rowCounts(change.id, { ...ANY, ...filter })) });
  const failed = [drawn, ...counted].find(({ error }) => error !== null);
  if (failed?.error) return <ProblemPanel problem={failed.error} notDone="The margins could not be drawn. The rest of the page is as it was." onRetry={() => [drawn, ...counted].forEach(({ error, refetch }) => error !== null && void refetch())} />;
  if (drawn.data === undefined || counted.some(({ data }) => data === undefined)) return <Skeleton rows={6} />;
  const bands = groups.map((group, index) => ({ group, counts: counted[index]!.data!, rows: countIn(counted[index]!.data!, OUTCOMES.changes) })).filter((band) => band.rows > 0);
  const { points, cells } = drawn.data;
  if (cells.length === 0 && (points ?? []).length === 0) return <p className="muted">No cost in {change.currency} is known of the rows that change.</p>;
  const near = change.impact.guardrails?.find(({ guardrail }) => guardrail === floor.guardrail)?.near ?? 0;
  return (
    <>
      <Figure finding={<Finding drawn={drawn.data} rows={rows} near={near} bands={bands} currency={change.currency} />} table={<BandTable bands={bands} />}>
        {(width, labelledBy) => (points === null ? <MarginCells cells={cells} floor={floor} width={width} labelledBy={labelledBy} /> : <MarginScatter points={points} floor={floor} width={width} labelledBy={labelledBy} />)}
      </Figure>
      <Bands bands={bands} />
    </>
  );
}

const ANY: RowsFilter = { ...ALL_ROWS, row: '', sort: '', group: '' };

const CHANGING = OUTCOMES.changes.join(',');

async function everyRow(id: string, floor: Floor, signal: AbortSignal): Promise<Drawn> {
  const read = async (cursor: string | undefined) => (await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id }, query: { outcome: CHANGING, limit: POINTS_MAX / 2, cursor } }, signal })).data!;
  const first = await read(undefined);
  const rows = first.has_more && first.next_cursor ? [...first.data, ...(await read(first.next_cursor)).data] : first.data;
  const points = pointsOf(rows);
  return { points, cells: [], without: rows.length - points.length, outside: points.length === 0 ? 0 : beyond(points, axesOf(points, floor.level)) };
}

async function inCells(id: string, signal: AbortSignal): Promise<Drawn> {
  const { cells, without, beyond: outside } = (await api.GET('/api/v1/price-changes/{id}/rows/margins', { params: { path: { id }, query: { outcome: CHANGING } }, signal })).data!;
  return { points: null, cells, without, outside };
}

/** The least margin that the guardrails allow now; where none is set, that nothing sells below cost. Where either comes near says docs/guardrails.md. */
function useFloor(): Floor & { guardrail: string } {
  const least = useGuardrails().data?.guardrails.find(({ guardrail, mode }) => guardrail === 'minimum_margin' && mode !== 'off');
  const settings = least?.settings as { percent?: unknown } | undefined;
  const level = typeof settings?.percent === 'string' ? withoutZeros(settings.percent) : null;
  // 5 % above the cost are a margin of 4.76 %.
  return level === null ? { level: '0', near: '4.76', name: 'cost', guardrail: 'below_cost' } : { level, near: '2', name: `at least ${formatLevel(level)}`, guardrail: 'minimum_margin' };
}

function Finding({ drawn: { points, cells, without, outside }, rows, near, bands, currency }: { drawn: Drawn; rows: number; near: number; bands: Band[]; currency: string }) {
  const below = bands.find(({ group }) => group.filter['margin_pct[lt]'] === '0' && group.filter['margin_pct[gte]'] === '');
  return (
    <>
      {belowCost(below)} {near > 0 && `${countOf(near, 'row comes', 'rows come')} near the floor. `}
      {points === null ? `Counted are ${countOf(rows, 'row', 'rows')} where they lie together; the largest mark stands for ${countOf(mostIn(cells), 'row', 'rows')}` : `Drawn are ${countOf(rows, 'row', 'rows')}`}, by change and by margin afterwards, without tax, at the cost known now
      {without > 0 && `; ${formatCount(without)} without a price or a known cost in ${currency} are left out`}
      {outside > 0 && `; ${formatCount(outside)} lie beyond the edge and are drawn on it`}.
      <MarginLegend inCells={points === null} />
    </>
  );
}

function belowCost(below: Band | undefined): string {
  if (!below) return 'No row would sell below cost.';
  const { rows, counts } = below;
  return `${countOf(rows, 'row', 'rows')} would sell below cost, ${counts.blocked === rows ? 'and all are blocked' : `${formatCount(counts.blocked)} of them blocked`}.`;
}

function BandTable({ bands }: { bands: Band[] }) {
  const head = ['Margin afterwards', ...OUTCOMES.changes.map((outcome) => outcomeWord(outcome).word)];
  return <FigureTable label="Rows by margin afterwards" head={head} rows={bands.map(({ group, counts }) => [group.name, ...OUTCOMES.changes.map((outcome) => formatCount(counts[outcome]))])} />;
}

/** Leads to the rows of each stretch of margin: what a mouse would frame in the picture, for every hand. */
function Bands({ bands }: { bands: Band[] }) {
  return (
    <ul className={styles.bands} aria-label="Rows by margin afterwards">
      {bands.map(({ group, rows }) => (
        <li key={group.name}>
          <Link to={{ search: `?${encodeFilters(rowsShape, group.filter, new URLSearchParams({ tab: 'changes' }))}` }}>{group.name}</Link> <span className="number">{countOf(rows, 'row', 'rows')}</span>
        </li>
      ))}
    </ul>
  );
}
