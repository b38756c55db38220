// The shops that Calibr is connected to.
import { useState } from 'react';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { ConnectDialog } from './connect-dialog';
import { channelState, connectorName, stepsOf, stepWord, worstOf } from './connector-words';

type Channel = Schemas['Channel'];

export function Component() {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const query = usePages<Channel>({
    key: ['channels', project.slug],
    load: async (cursor, signal) => (await api.GET('/api/v1/channels', { params: { query: { project: project.slug, cursor } }, signal })).data!,
  });
  const connect = (
    <NeedsRole role="admin" to="connections but not make one">
      <Button weight="primary" onClick={() => setOpen(true)}>
        Connect a shop…
      </Button>
    </NeedsRole>
  );
  return (
    <Page title="Connectors" subtitle="The shops that Calibr reads catalogues from and writes prices to." actions={connect}>
      <Card title="Connected shops" flush>
        <List query={query} noun="shops" empty={<p>No shop is connected yet. Connect one to read its catalogue, or import a catalogue as CSV to try rules without a shop.</p>}>
          {(rows, busy) => <Table caption="Connected shops" columns={columns} rows={rows} rowKey={(row) => row.id} busy={busy} rowTo={(row) => `/${project.slug}/connectors/${row.id}`} />}
        </List>
      </Card>
      {open && <ConnectDialog onClose={() => setOpen(false)} />}
    </Page>
  );
}

const columns: Column<Channel>[] = [
  { key: 'name', header: 'Shop', names: true, line: true, cell: (row) => row.name },
  { key: 'connector', header: 'Connector', cell: (row) => connectorName(row.connector) },
  { key: 'state', header: 'State', cell: (row) => <Status word={channelState(row.state)} /> },
  { key: 'health', header: 'Health', cell: (row) => <Health channel={row} /> },
  { key: 'read', header: 'Catalogue read', cell: (row) => (row.ingested_at ? <Instant at={row.ingested_at} /> : <Missing />) },
  { key: 'id', header: 'Id', cell: (row) => <CopyableId id={row.id} label="channel id" short /> },
];

/** Asked of each shop by itself, so that one that is away does not hold up the list. */
function Health({ channel }: { channel: Channel }) {
  const health = $api.useQuery('get', '/api/v1/channels/{id}/health', { params: { path: { id: channel.id } } }, { retry: false, staleTime: 30_000 });
  if (health.data) return <Status word={stepWord(worstOf(stepsOf(health.data)))} quiet />;
  return <span className="muted">{health.error ? 'Cannot be asked' : 'Asking'}</span>;
}
