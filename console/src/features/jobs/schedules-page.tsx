// What enqueues jobs by the clock.
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { cronInWords } from './job-words';
import { JobsNav } from './jobs-nav';

type Schedule = Schemas['Schedule'];

export function Component() {
  const project = useProject();
  const query = usePages<Schedule>({
    key: ['schedules'],
    load: async (cursor, signal) => (await api.GET('/api/v1/schedules', { params: { query: { cursor } }, signal })).data!,
  });
  return (
    <Page title="Schedules" subtitle="Work that comes back by the clock of a zone, also across a change of summer time." above={[{ label: 'Jobs', to: `/${project.slug}/jobs` }]}>
      <JobsNav />
      <Card title="All schedules" flush>
        <List query={query} noun="schedules" empty={<p>Nothing is scheduled. Schedules come by themselves, such as a nightly comparison for each shop that Calibr listens to.</p>}>
          {(rows, busy) => <Table caption="Schedules by name" columns={columns} rows={rows} rowKey={(row) => row.name} busy={busy} />}
        </List>
      </Card>
    </Page>
  );
}

const columns: Column<Schedule>[] = [
  { key: 'kind', header: 'Work', names: true, cell: (row) => <span className="mono" title={row.name}>{row.kind}</span> },
  { key: 'when', header: 'When', cell: (row) => <span title={row.cron}>{cronInWords(row.cron)}</span> },
  { key: 'zone', header: 'Clock of', cell: (row) => row.zone },
  { key: 'next', header: 'Next', cell: (row) => <Instant at={row.next_at} absolute /> },
  { key: 'last', header: 'Last', cell: (row) => (row.last_at ? <Instant at={row.last_at} /> : <Missing />) },
];
