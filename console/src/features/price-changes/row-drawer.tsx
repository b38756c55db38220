// One row of the plan with its explain trace, in a drawer beside the table. Back closes it; `[` and `]` go to the rows beside it,
// `v` to the next one that a guardrail stops.
import { Drawer } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { takesText } from '../../shared/keys';
import { preferences } from '../../shared/preferences';
import { furtherReason } from '../../shared/reasons';
import { quoted } from '../../shared/shell';
import { outcomeWord } from '../../shared/words';
import { Button } from '../../ui/button';
import { Facts } from '../../ui/card';
import { CopyButton } from '../../ui/copy-button';
import { GuardrailMarks, isJudged } from '../../ui/guardrails';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { TraceSteps } from '../../ui/trace';
import { MoneyValue, PercentValue } from '../../ui/values';
import { nextBehind, stillAsked } from './row-moves';
import styles from './row-drawer.module.css';

type Row = Schemas['PriceChangeRow'];

interface RowDrawerProps {
  changeId: string;
  /** How many rows of the plan guardrails stop. */
  stopped: number;
  currency: string;
  variantId: string;
  rows: Row[];
  onMove: (variantId: string) => void;
  onClose: () => void;
}

export function RowDrawer({ changeId, stopped, currency, variantId, rows, onMove, onClose }: RowDrawerProps) {
  const opened = variantId !== '';
  const query = $api.useQuery(
    'get',
    '/api/v1/price-changes/{id}/rows',
    { params: { path: { id: changeId }, query: { variant_id: variantId, include: 'trace' } } },
    { enabled: opened, staleTime: Infinity },
  );
  const row = query.data?.data[0];
  const at = rows.findIndex((other) => other.variant_id === variantId);
  const { previous, next } = besides(rows, variantId);
  const violations = useViolations(changeId, opened && stopped > 0, row?.row);
  useKeysWhile(opened, variantId, onMove, (key, from) => {
    if (key === 'v') return violations.behind(rows.find((other) => other.variant_id === from)?.row ?? row?.row)?.variant_id;
    return key === '[' ? besides(rows, from).previous : key === ']' ? besides(rows, from).next : undefined;
  });

  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={480}
      title={row ? row.title : 'Row of the plan'}
      overlayProps={{ backgroundOpacity: 0.15 }}
      closeButtonProps={{ 'aria-label': 'Close the row' }}
      classNames={{ content: styles.content, title: styles.title }}
    >
      <div className={styles.body}>
        {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
        {opened && query.isPending ? <Skeleton rows={5} /> : null}
        {query.data && !row ? <p>This plan has no row for that variant.</p> : null}
        {row && <RowDetail row={row} currency={currency} />}
        <div className={styles.moves}>
          <Button size="xs" {...(previous === undefined ? { blockedBy: 'row-place' } : {})} onClick={() => previous && onMove(previous)}>
            Previous row
          </Button>
          <Button size="xs" {...(next === undefined ? { blockedBy: 'row-place' } : {})} onClick={() => next && onMove(next)}>
            Next row
          </Button>
          {stopped > 0 && <NextViolation row={row} violations={violations} onMove={onMove} />}
          {row?.sku && <CopyButton text={`calibr explain ${quoted(row.sku)}`}>Copy as calibr explain</CopyButton>}
          <span id="row-place" className="muted">
            {at < 0 ? 'Not among the rows loaded' : `Row ${at + 1} of ${rows.length} loaded`}
          </span>
        </div>
      </div>
    </Drawer>
  );
}

function besides(rows: Row[], variantId: string): { previous: string | undefined; next: string | undefined } {
  const at = rows.findIndex((row) => row.variant_id === variantId);
  return { previous: rows[at - 1]?.variant_id, next: at < 0 ? undefined : rows[at + 1]?.variant_id };
}

/**
 * Wherever the focus is: the drawer may not have taken it yet. Each key counts from the row that the one before asked for, which
 * may still be on its way to the page.
 */
function useKeysWhile(opened: boolean, variantId: string, onMove: (variantId: string) => void, targetOf: (key: string, from: string) => string | undefined) {
  const latest = useRef({ shown: variantId, targetOf, onMove });
  latest.current = { shown: variantId, targetOf, onMove };
  const asked = useRef<readonly string[]>([]);
  useEffect(() => {
    asked.current = stillAsked(asked.current, variantId);
  }, [variantId]);
  useEffect(() => {
    if (!opened) return undefined;
    const listen = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || takesText(event.target) || !preferences().letters) return;
      const { shown, targetOf, onMove } = latest.current;
      const to = targetOf(event.key, asked.current.at(-1) ?? shown);
      if (to === undefined) return;
      event.preventDefault();
      asked.current = [...asked.current, to];
      onMove(to);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [opened]);
}

interface Violations {
  /** The first stopped row behind a row of the plan; after the last one of the plan the first again. */
  behind: (row: number | undefined) => Row | undefined;
  /** Whether the one behind the shown row is still looked for, or could not be read. */
  missing: 'nothing' | 'on its way' | 'failed';
  again: () => void;
}

/** Goes on reading the stopped rows, page by page, until one behind the shown row is known. */
function useViolations(changeId: string, enabled: boolean, shown: number | undefined): Violations {
  const { rows = NO_ROWS, error, busy, hasMore, loadingMore, loadMore, retry } = usePages<Row>({
    key: ['stopped rows', changeId],
    load: async (cursor, signal) => (await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id: changeId }, query: { outcome: 'blocked', limit: 1000, cursor } }, signal })).data!,
    freshMs: Infinity,
    enabled,
  });
  const unknown = enabled && hasMore && shown !== undefined && nextBehind(rows, shown, true) === undefined;
  const goesOn = unknown && error === null && !loadingMore;
  useEffect(() => {
    if (goesOn) loadMore();
  }, [goesOn, rows, loadMore]);
  return {
    behind: (row) => nextBehind(rows, row, hasMore),
    missing: error !== null ? 'failed' : unknown || busy ? 'on its way' : 'nothing',
    again: unknown ? loadMore : retry,
  };
}

const NO_ROWS: Row[] = [];

function NextViolation({ row, violations: { behind, missing, again }, onMove }: { row: Row | undefined; violations: Violations; onMove: (variantId: string) => void }) {
  const next = behind(row?.row);
  if (next === undefined && missing === 'failed') {
    return (
      <>
        <span role="alert">The next violation could not be read.</span>
        <Button size="xs" onClick={again}>
          Look again
        </Button>
      </>
    );
  }
  return (
    <Button size="xs" busy={next === undefined && missing === 'on its way'} {...(next === undefined ? { blockedBy: 'row-place' } : {})} onClick={() => next && onMove(next.variant_id)}>
      {next && row && next.row < row.row ? 'Back to the first violation' : 'Next violation'}
    </Button>
  );
}

function RowDetail({ row, currency }: { row: Row; currency: string }) {
  const project = useProject();
  const further = furtherReason(row);
  return (
    <>
      <div className={styles.head}>
        <Status word={outcomeWord(row.outcome)} />
        <span className="mono muted">{row.sku || 'no SKU'}</span>
      </div>
      {isJudged(row) && <GuardrailMarks row={row} />}
      {further !== null && <p>{further}</p>}
      <Facts
        facts={[
          ['Old price', <MoneyValue money={row.before} />],
          ['New price', <MoneyValue money={row.after} />],
          ['Change', <PercentValue pct={row.change_pct} />],
          ['Old compare-at', <MoneyValue money={row.compare_at_before} />],
          ['New compare-at', <MoneyValue money={row.compare_at_after} />],
          ...(row.prior_price ? ([['Lowest of the last 30 days', <MoneyValue money={row.prior_price} />]] as [string, ReactNode][]) : []),
          ['Decided by', row.rule],
        ]}
      />
      <section>
        <h3 className={styles.how}>How it came about</h3>
        {row.trace ? <TraceSteps trace={row.trace} currency={currency} /> : <p className="muted">This row has no trace.</p>}
      </section>
      <p>
        <Link to={`/${project.slug}/catalog/${row.variant_id}`}>The variant and its price history</Link>
      </p>
    </>
  );
}
