// What waits for approval: first what waits for the reader, with the acts beside it, then what waits for somebody else.
import { useQueries } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Table } from '../../ui/table';
import { ApproveDialog, DeclineDialog } from './act-dialogs';
import { approvalColumns, type Waiting, type WaitingAct } from './approvals-columns';
import { AskForChangesDialog } from './review-dialogs';
import { waitsFor } from './waiting';

type Summary = Schemas['PriceChangeSummary'];

/** Each is asked for by itself too, for what it would do. */
const PAGE = 25;

const MINE = 'waits-for-you';

export function Component() {
  const project = useProject();
  const me = useMe();
  const [open, setOpen] = useState<{ act: WaitingAct; change: Schemas['PriceChange'] } | null>(null);
  const query = usePages<Summary>({
    key: ['price-changes', project.slug, 'approvals'],
    load: async (cursor, signal) => (await api.GET('/api/v1/price-changes', { params: { query: { project: project.slug, state: 'pending_approval', limit: PAGE, cursor } }, signal })).data!,
    refetchIntervalMs: 20_000,
  });
  const summaries = query.rows ?? [];
  const whole = useQueries({ queries: summaries.map(({ id }) => $api.queryOptions('get', '/api/v1/price-changes/{id}', { params: { path: { id } } }, { staleTime: 15_000 })) });
  const waiting = summaries.map((summary, index): Waiting => ({ summary, change: whole[index]?.data, problem: whole[index]?.error ?? null }));
  useFocusKept(summaries.length);
  const none = summaries.length > 0 && !summaries.some((summary) => waitsFor(me, summary));
  const { hasMore, loadingMore, loadMore } = query;
  useEffect(() => {
    // What waits for the reader may be older than what the first page holds.
    if (none && hasMore && !loadingMore) loadMore();
  }, [none, hasMore, loadingMore, loadMore]);
  const columns = useMemo(() => approvalColumns({ me, act: (act, change) => setOpen({ act, change }) }), [me]);
  const part = (mine: boolean) => ({ ...query, rows: query.rows && waiting.filter(({ summary }) => waitsFor(me, summary) === mine) });
  const table = (caption: string) => (rows: Waiting[], busy: boolean) => (
    <Table caption={caption} columns={columns} rows={rows} rowKey={({ summary }) => summary.id} rowTo={({ summary }) => `/${project.slug}/price-changes/${summary.id}`} busy={busy} />
  );
  const reload = () => whole.forEach(({ data, refetch }) => data?.id === open?.change.id && void refetch());
  // After a reload the dialog speaks of what is there now.
  const change = open && (waiting.find(({ summary }) => summary.id === open.change.id)?.change ?? open.change);
  const dialog = change && { change, onClose: () => setOpen(null), onReload: reload };
  return (
    <Page title="Approvals" subtitle="Plans that nobody has decided about yet. Approving is permission: nothing is written until somebody applies.">
      <Card title="Waits for you" flush anchor={MINE}>
        <List query={part(true)} noun="price changes" empty={<NothingForYou may={mayAct(me.role, 'approver')} />}>
          {table('Price changes that wait for your approval, newest first')}
        </List>
      </Card>
      {(part(false).rows?.length ?? 0) > 0 && (
        <Card title="Waits for somebody else" flush>
          <List query={part(false)} noun="price changes" empty={null}>
            {table('Price changes that wait for the approval of somebody else, newest first')}
          </List>
        </Card>
      )}
      <WaiversToo />
      {dialog && open?.act === 'approve' && <ApproveDialog {...dialog} />}
      {dialog && open?.act === 'ask_for_changes' && <AskForChangesDialog {...dialog} />}
      {dialog && open?.act === 'reject' && <DeclineDialog {...dialog} />}
    </Page>
  );
}

/** Waivers are decided about where they stand among the guardrails. */
function WaiversToo() {
  const project = useProject();
  const waivers = $api.useQuery('get', '/api/v1/waivers', { params: { query: { project: project.slug, limit: 100 } } }, { staleTime: 15_000 });
  const count = waivers.data?.data.filter(({ state }) => state === 'requested').length ?? 0;
  if (count === 0) return null;
  return (
    <p>
      {countOf(count, 'waiver waits', 'waivers wait')} for approval too. <Link to={`/${project.slug}/guardrails#waivers`}>See the waivers</Link>
    </p>
  );
}

/** A row that is decided takes its button with it; whoever pressed it goes on from the top of the list. */
function useFocusKept(rows: number) {
  const before = useRef(rows);
  useEffect(() => {
    if (rows < before.current && document.activeElement === document.body) document.getElementById(MINE)?.focus({ preventScroll: true });
    before.current = rows;
  }, [rows]);
}

function NothingForYou({ may }: { may: boolean }) {
  const project = useProject();
  if (!may) return <p>You can read price changes but not approve them. Ask somebody with the role approver.</p>;
  return (
    <>
      <p>Nothing waits for you. A plan that somebody else made stands here until it is approved or declined.</p>
      <p>
        <Link to={`/${project.slug}/price-changes`}>See all price changes</Link>
      </p>
    </>
  );
}
