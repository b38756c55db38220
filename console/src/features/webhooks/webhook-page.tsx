// One webhook: how it fares, the log of what was sent to it, and the acts upon it.
import { useParams } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { NotFound } from '../../app/not-found';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { formatCount } from '../../shared/format';
import { useFilters } from '../../shared/use-filters';
import { Card, Facts } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { List, Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { ResendButton, WebhookActs } from './webhook-acts';
import { useWebhooks } from './use-webhooks';
import { DELIVERY_STATES, deliveryState, webhookState } from './webhook-words';

type Webhook = Schemas['Webhook'];
type Delivery = Schemas['WebhookDelivery'];

const REFRESH_MS = 5_000;

export function Component() {
  const { webhookId = '' } = useParams();
  const project = useProject();
  const query = useWebhooks();
  const webhook = query.rows?.find(({ id }) => id === webhookId);
  if (query.rows && !query.busy && webhook === undefined) return <NotFound what="webhook with this id" />;
  return (
    <Page
      title={webhook ? hostOf(webhook.url) : 'Webhook'}
      above={[{ label: 'Webhooks', to: `/${project.slug}/webhooks` }]}
      badges={
        <>
          {webhook && <Status word={webhookState(webhook.state)} />}
          <CopyableId id={webhookId} label="webhook id" />
        </>
      }
      actions={webhook && <WebhookActs webhook={webhook} />}
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={query.retry} /> : null}
      {webhook ? <Shown webhook={webhook} /> : <Skeleton rows={5} />}
      <Deliveries id={webhookId} />
    </Page>
  );
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);

function Shown({ webhook }: { webhook: Webhook }) {
  return (
    <Card title="What it gets">
      {webhook.reason && (
        <p>
          <strong>Switched off.</strong> {webhook.reason}
        </p>
      )}
      <Facts
        facts={[
          ['Address', <span className="mono">{webhook.url}</span>],
          ['Events', webhook.event_types.length === 0 ? 'All' : webhook.event_types.join(', ')],
          ['For', webhook.description || <Missing />],
          ['Failing since', webhook.failing_since ? <Instant at={webhook.failing_since} /> : 'It does not fail'],
          ['Added', <Instant at={webhook.created_at} />],
          ['Added by', webhook.created_by],
        ]}
      />
    </Card>
  );
}

const shape = { state: 'text' } as const;

function Deliveries({ id }: { id: string }) {
  const me = useMe();
  const { values, change } = useFilters(shape);
  const query = usePages<Delivery>({
    key: ['deliveries', id, values],
    load: async (cursor, signal) => (await api.GET('/api/v1/webhooks/{id}/deliveries', { params: { path: { id }, query: { cursor, state: values.state || undefined } }, signal })).data!,
    refetchIntervalMs: REFRESH_MS,
  });
  const filtered = values.state ? { words: `state: ${deliveryState(values.state).word.toLowerCase()}`, clear: () => change({ state: '' }) } : undefined;
  return (
    <Card
      title="What was sent"
      flush
      aside={
        <Chips
          label="Filter by state"
          chips={DELIVERY_STATES.map((state) => ({ value: state, word: deliveryState(state) }))}
          chosen={values.state ? [values.state] : []}
          onToggle={(state) => change({ state: values.state === state ? '' : state })}
          onClear={() => change({ state: '' })}
        />
      }
    >
      <List query={query} noun="deliveries" filtered={filtered} empty={<p>Nothing was sent yet. What happens from now on comes here.</p>}>
        {(rows) => <Table caption="Deliveries, newest first" columns={columns(rows, mayAct(me.role, 'admin'))} rows={rows} rowKey={(row) => row.id} />}
      </List>
    </Card>
  );
}

const columns = (rows: Delivery[], mayResend: boolean): Column<Delivery>[] => [
  { key: 'state', header: 'State', cell: (row) => <Status word={deliveryState(row.state)} quiet /> },
  { key: 'type', header: 'Event', names: true, cell: (row) => row.type },
  { key: 'event', header: 'webhook-id', cell: (row) => <CopyableId id={row.event_id} label="event id" short /> },
  { key: 'attempts', header: 'Attempts', end: true, cell: (row) => <span className="number">{formatCount(row.attempts)}</span> },
  { key: 'status', header: 'Last answer', cell: (row) => (row.last_status ? <span className="number">{row.last_status}</span> : <Missing />) },
  ...(rows.some((row) => row.note ?? row.last_error) ? [{ key: 'error', header: 'Why it failed', prose: true, cell: (row: Delivery) => row.note ?? row.last_error ?? <Missing /> }] : []),
  { key: 'at', header: 'Set going', cell: (row) => <Instant at={row.created_at} /> },
  { key: 'next', header: 'Next try or end', cell: (row) => <NextOrEnd delivery={row} /> },
  ...(mayResend ? [{ key: 'acts', header: 'Act', cell: (row: Delivery) => (row.state === 'delivered' || row.state === 'failed' ? <ResendButton delivery={row} /> : <Missing />) }] : []),
];

function NextOrEnd({ delivery }: { delivery: Delivery }) {
  const at = delivery.ended_at ?? delivery.next_at;
  return at ? <Instant at={at} absolute={delivery.state === 'pending'} /> : <Missing />;
}
