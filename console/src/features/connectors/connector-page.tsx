// One connected shop: a test of the connection step by step, what it does, and what it can be told to do now.
import { useParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { NotFound } from '../../app/not-found';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { formatCount } from '../../shared/format';
import { Budget } from '../../ui/budget';
import { Button, ButtonLink } from '../../ui/button';
import { Card, Facts } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { ConnectorActs } from './connector-acts';
import { channelState, connectorName, lagInWords, stepsOf, stepWord, type Step } from './connector-words';
import styles from './connectors.module.css';

type Channel = Schemas['Channel'];

export function Component() {
  const { channelId = '' } = useParams();
  const project = useProject();
  const query = usePages<Channel>({
    key: ['channels', project.slug],
    load: async (cursor, signal) => (await api.GET('/api/v1/channels', { params: { query: { project: project.slug, cursor, limit: 200 } }, signal })).data!,
  });
  const channel = query.rows?.find(({ id }) => id === channelId);
  if (query.rows && !query.busy && channel === undefined) return <NotFound what="connected shop with this id" />;
  return (
    <Page
      title={channel?.name ?? 'Connected shop'}
      above={[{ label: 'Connectors', to: `/${project.slug}/connectors` }]}
      badges={
        <>
          {channel && <Status word={channelState(channel.state)} />}
          <CopyableId id={channelId} label="channel id" />
        </>
      }
      subtitle={
        channel && (
          <>
            {connectorName(channel.connector)}, connected <Instant at={channel.created_at} />.
          </>
        )
      }
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={query.retry} /> : null}
      {channel ? <Tested channel={channel} /> : <Skeleton rows={6} />}
    </Page>
  );
}

function Tested({ channel }: { channel: Channel }) {
  const project = useProject();
  const query = $api.useQuery('get', '/api/v1/channels/{id}/health', { params: { path: { id: channel.id } } }, { retry: false });
  return (
    <>
      <Card
        title="Test of the connection"
        flush
        aside={
          <Button busy={query.isFetching} onClick={() => void query.refetch()}>
            Test again
          </Button>
        }
      >
        {query.error ? <ProblemPanel problem={query.error} notDone="The connection was not tested." onRetry={() => void query.refetch()} /> : null}
        {query.isPending ? <Skeleton rows={6} /> : null}
        {query.data && <Table caption="Steps of the test" columns={columns} rows={stepsOf(query.data)} rowKey={(row) => row.name} busy={query.isFetching} />}
      </Card>
      {query.data && <HealthCard health={query.data} />}
      <ConnectorActs channel={channel} />
      <p>
        <ButtonLink weight="quiet" to={`/${project.slug}/drift?channel=${channel.id}&state=open`}>
          See the drifts of this shop
        </ButtonLink>
      </p>
    </>
  );
}

const columns: Column<Step>[] = [
  { key: 'name', header: 'Step', names: true, cell: (row) => row.name },
  { key: 'state', header: 'Result', cell: (row) => <Status word={stepWord(row.state)} /> },
  { key: 'detail', header: 'What was found', prose: true, cell: (row) => row.detail },
];

const instantOr = (at: string | null | undefined) => (at ? <Instant at={at} /> : <Missing />);

function HealthCard({ health }: { health: Schemas['ChannelHealth'] }) {
  return (
    <Card title="Health">
      <Facts
        facts={[
          ['Catalogue read whole', instantOr(health.last_read_at)],
          ['Price last written', instantOr(health.last_write_at)],
          ['Webhook last came', instantOr(health.last_webhook_at)],
          ['It took', health.webhook_lag_ms == null ? <Missing /> : lagInWords(health.webhook_lag_ms)],
          ['Webhooks that wait', <span className="number">{formatCount(health.webhooks_waiting)}</span>],
          ['Scopes', health.scopes.length > 0 ? health.scopes.join(', ') : <Missing />],
        ]}
      />
      {health.budget && (
        <div className={styles.budget}>
          <Budget budget={health.budget} />
        </div>
      )}
    </Card>
  );
}
