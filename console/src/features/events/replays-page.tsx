// Replays of the log, and how far each is.
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { formatCount } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import { replayInWords } from './event-words';
import { EventsNav } from './events-nav';
import { ReplayDialog } from './replay-dialog';

type Replay = Schemas['Replay'];

const REFRESH_MS = 3_000;

export function Component() {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const query = usePages<Replay>({
    key: ['replays'],
    load: async (cursor, signal) => (await api.GET('/api/v1/events/replays', { params: { query: { cursor } }, signal })).data!,
    refetchIntervalMs: REFRESH_MS,
  });
  return (
    <Page title="Replays" subtitle="A span of the log, delivered once more to one consumer." above={[{ label: 'Events', to: `/${project.slug}/events` }]}>
      <EventsNav />
      <Card
        title="All replays"
        flush
        aside={
          <NeedsRole role="admin" to="replays but not ask for one">
            <Button onClick={() => setOpen(true)}>Replay a span…</Button>
          </NeedsRole>
        }
      >
        <List query={query} noun="replays" empty={<p>Nothing was replayed yet. A replay helps a consumer that lost what it had already taken.</p>}>
          {(rows) => <Table caption="Replays, newest first" columns={columns} rows={rows} rowKey={(row) => row.id} />}
        </List>
      </Card>
      {open && <ReplayDialog consumer="" onClose={() => setOpen(false)} />}
    </Page>
  );
}

const columns: Column<Replay>[] = [
  { key: 'consumer', header: 'Consumer', names: true, cell: (row) => <span className="mono">{row.consumer}</span> },
  { key: 'state', header: 'State', cell: (row) => <Status word={row.finished_at ? { word: 'Finished', glyph: 'check', tone: 'ok' } : { word: 'Under way', glyph: 'live', tone: 'live' }} /> },
  {
    key: 'span',
    header: 'Numbers of the log',
    cell: (row) => (
      <span className="number">
        {formatCount(row.from_position)} to {formatCount(row.to_position)}
      </span>
    ),
  },
  { key: 'progress', header: 'Progress', cell: (row) => replayInWords(row) },
  { key: 'by', header: 'Asked for by', line: true, cell: (row) => row.requested_by },
  { key: 'at', header: 'Asked for', cell: (row) => <Instant at={row.created_at} /> },
];
