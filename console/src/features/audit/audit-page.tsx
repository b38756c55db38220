// Who changed what, when and why, day by day. Filters are the API's own; a record opens to what it changed.
import { useCallback } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { formatInstant } from '../../shared/format';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { instantOf, wallClock } from '../../shared/wall-clock';
import { Card } from '../../ui/card';
import { SearchField, TextField } from '../../ui/fields';
import { List } from '../../ui/list';
import { RecordDetails } from '../../ui/record-details';
import { RecordLine, RecordList } from '../../ui/record-list';
import { WhichOfTwo } from '../../ui/which-of-two';
import { ChainCard } from './chain-card';
import { byDay } from './days';
import { DensityStrip } from './density-strip';
import styles from './audit-page.module.css';

type AuditRecord = Schemas['AuditRecord'];

const shape = { q: 'text', actor: 'text', action: 'text', entity_type: 'text', entity_id: 'text', correlation_id: 'text', from: 'text', to: 'text' } as const;
const labels = { q: 'Any words', actor: 'Who', action: 'Action', entity_type: 'Kind of thing', entity_id: 'Id of the thing', correlation_id: 'Correlation id' } as const;
type Name = keyof typeof labels;
const names = Object.keys(labels) as Name[];
const NONE = { q: '', actor: '', action: '', entity_type: '', entity_id: '', correlation_id: '', from: '', to: '' };

/** So many at once, that the strip shows more than a moment. */
const PAGE = 200;

export function Component() {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const query = usePages<AuditRecord>({
    key: ['audit', project.slug, values],
    load: async (cursor, signal) => {
      const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
      const { data } = await api.GET('/api/v1/audit', { params: { query: { project: project.slug, cursor, limit: PAGE, ...set } }, signal });
      return data!;
    },
  });
  const words = [
    ...names.filter((name) => values[name] !== '').map((name) => `${labels[name].toLowerCase()}: ${values[name]}`),
    ...(values.from ? [`from: ${formatInstant(values.from, project.time_zone)}`] : []),
    ...(values.to ? [`before: ${formatInstant(values.to, project.time_zone)}`] : []),
  ];
  return (
    <Page title="Audit" subtitle="Every change of state, written in the same moment as the change itself and never altered since.">
      <ChainCard />
      <Card
        title="Records"
        flush
        aside={
          <div className={styles.filters} role="search" aria-label="Audit">
            {names.map((name) => (
              <Filter key={name} name={name} value={values[name]} change={change} />
            ))}
            <When label="From" value={values.from} onChange={(from) => change({ from }, 'type')} />
            <When label="Before" value={values.to} onChange={(to) => change({ to }, 'type')} />
          </div>
        }
      >
        <List query={query} noun="records" filtered={words.length > 0 ? { words: words.join(', '), clear: () => change(NONE) } : undefined} empty={<p>Nothing has been changed yet.</p>}>
          {(rows, busy) => (
            <>
              <div className={styles.density}>
                <DensityStrip instants={rows.map((row) => row.recorded_at)} more={query.hasMore} onChoose={(from, to) => change({ from, to })} />
              </div>
              {byDay(rows, project.time_zone).map((day) => (
                <section key={day.date} aria-label={day.label}>
                  <h3 className={styles.day}>{day.label}</h3>
                  <RecordList records={day.records} busy={busy} recordKey={(record) => record.id}>
                    {(record) => <Line record={record} />}
                  </RecordList>
                </section>
              ))}
            </>
          )}
        </List>
      </Card>
    </Page>
  );
}

function Line({ record }: { record: AuditRecord }) {
  return (
    <RecordLine
      at={record.recorded_at}
      what={record.action}
      said={
        <>
          by {record.actor}
          {record.reason && <span className={styles.reason}>“{record.reason}”</span>}
        </>
      }
      entityType={record.entity_type}
      entityId={record.entity_id}
      details={() => <RecordDetails record={record} />}
    />
  );
}

function Filter({ name, value, change }: { name: Name; value: string; change: (next: Partial<Record<Name, string>>, how: 'type') => void }) {
  const commit = useCallback((text: string) => change({ [name]: text }, 'type'), [change, name]);
  const [typed, setTyped] = useTypedFilter(value, commit);
  return <SearchField label={labels[name]} value={typed} onChange={setTyped} />;
}

/** A time of the project's clock; in the address it stands as the API has it. */
function When({ label, value, onChange }: { label: string; value: string; onChange: (instant: string) => void }) {
  const zone = useProject().time_zone;
  return (
    <div className={styles.when}>
      <TextField label={label} type="datetime-local" value={wallClock(Date.parse(value), zone)} onChange={(text) => onChange(instantOf(text, zone) ?? '')} />
      <WhichOfTwo of={label.toLowerCase()} at={value} zone={zone} onChoose={onChange} />
    </div>
  );
}
