// Addresses that get events.
import { useState } from 'react';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import type { Schemas } from '../../api/client';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { AddWebhookDialog } from './add-webhook-dialog';
import { useWebhooks } from './use-webhooks';
import { webhookState } from './webhook-words';

type Webhook = Schemas['Webhook'];

export function Component() {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const query = useWebhooks();
  const add = (
    <NeedsRole role="admin" to="webhooks but not add one">
      <Button weight="primary" onClick={() => setOpen(true)}>
        Add a webhook…
      </Button>
    </NeedsRole>
  );
  return (
    <Page title="Webhooks" subtitle="Calibr sends events to addresses of yours, signed by the Standard Webhooks specification." actions={add}>
      <Card title="All webhooks" flush>
        <List query={query} noun="webhooks" empty={<p>No address gets events yet. A webhook tells your own systems of every price that was written, as it happens.</p>}>
          {(rows, busy) => <Table caption="Webhooks" columns={columns} rows={rows} rowKey={(row) => row.id} busy={busy} rowTo={(row) => `/${project.slug}/webhooks/${row.id}`} />}
        </List>
      </Card>
      {open && <AddWebhookDialog onClose={() => setOpen(false)} />}
    </Page>
  );
}

const columns: Column<Webhook>[] = [
  { key: 'state', header: 'State', cell: (row) => <Status word={webhookState(row.state)} quiet /> },
  { key: 'url', header: 'Address', names: true, line: true, cell: (row) => row.url },
  { key: 'description', header: 'For', line: true, cell: (row) => row.description || <Missing /> },
  { key: 'types', header: 'Events', prose: true, cell: (row) => (row.event_types.length === 0 ? 'All' : row.event_types.join(', ')) },
  { key: 'failing', header: 'Failing since', cell: (row) => (row.failing_since ? <Instant at={row.failing_since} /> : <Missing />) },
  { key: 'by', header: 'Added by', line: true, cell: (row) => row.created_by },
];
