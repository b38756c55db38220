// The event log: everything that happened, newest first, with filters that are the API's own.
import { useCallback } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { formatCount } from '../../shared/format';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { Card } from '../../ui/card';
import { SearchField } from '../../ui/fields';
import { List } from '../../ui/list';
import { Document, RecordLine, RecordList } from '../../ui/record-list';
import { CopyableId } from '../../ui/values';
import { EventsNav } from './events-nav';
import styles from './events.module.css';

type Event = Schemas['Event'];

const shape = { type: 'text', entity_type: 'text', entity_id: 'text', correlation_id: 'text' } as const;
const labels = { type: 'Type', entity_type: 'Kind of thing', entity_id: 'Id of the thing', correlation_id: 'Correlation id' } as const;
type Name = keyof typeof labels;
const names = Object.keys(labels) as Name[];

export function Component() {
  const { values, change } = useFilters(shape);
  const query = usePages<Event>({
    key: ['events', values],
    load: async (cursor, signal) => {
      const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
      const { data } = await api.GET('/api/v1/events', { params: { query: { cursor, limit: 50, ...set } }, signal });
      return data!;
    },
  });
  const on = names.filter((name) => values[name] !== '');
  const clear = () => change({ type: '', entity_type: '', entity_id: '', correlation_id: '' });
  const filtered = on.length > 0 ? { words: on.map((name) => `${labels[name].toLowerCase()}: ${values[name]}`).join(', '), clear } : undefined;
  return (
    <Page title="Events" subtitle="Whatever happens is written to the log in the same moment as the change itself. Webhooks and other consumers follow it in order.">
      <EventsNav />
      <Card
        title="Log"
        flush
        aside={
          <div className={styles.filters} role="search" aria-label="Events">
            {names.map((name) => (
              <Filter key={name} name={name} value={values[name]} change={change} />
            ))}
          </div>
        }
      >
        <List query={query} noun="events" filtered={filtered} empty={<p>Nothing has happened yet.</p>}>
          {(rows, busy) => (
            <RecordList records={rows} busy={busy} recordKey={(event) => event.id}>
              {(event) => (
                <RecordLine
                  at={event.occurred_at}
                  mark={<span className="number">#{formatCount(event.position)}</span>}
                  what={event.type}
                  said={`by ${event.actor}`}
                  entityType={event.entity_type}
                  entityId={event.entity_id}
                  details={() => <Details event={event} />}
                />
              )}
            </RecordList>
          )}
        </List>
      </Card>
    </Page>
  );
}

function Filter({ name, value, change }: { name: Name; value: string; change: (next: Partial<Record<Name, string>>, how: 'type') => void }) {
  const commit = useCallback((text: string) => change({ [name]: text }, 'type'), [change, name]);
  const [typed, setTyped] = useTypedFilter(value, commit);
  return <SearchField label={labels[name]} value={typed} onChange={setTyped} />;
}

function Details({ event }: { event: Event }) {
  return (
    <>
      <Document title="What happened" value={event.payload} />
      <p className="muted">
        Event <CopyableId id={event.id} label="event id" /> Request <CopyableId id={event.request_id} label="request id" /> Correlation <CopyableId id={event.correlation_id} label="correlation id" />
      </p>
    </>
  );
}
