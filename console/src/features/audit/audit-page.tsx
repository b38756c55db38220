// Who changed what, when and why. Filters are the API's own; a record opens to its before and after.
import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { useFilters, useTypedFilter } from '../../shared/use-filters';
import { humanised } from '../../shared/words';
import { Card } from '../../ui/card';
import { SearchField } from '../../ui/fields';
import { List } from '../../ui/list';
import { CopyableId, Instant } from '../../ui/values';
import styles from './audit-page.module.css';

type AuditRecord = Schemas['AuditRecord'];

const shape = { actor: 'text', action: 'text', entity_type: 'text', entity_id: 'text', correlation_id: 'text' } as const;
const labels = { actor: 'Who', action: 'Action', entity_type: 'Kind of thing', entity_id: 'Id of the thing', correlation_id: 'Correlation id' } as const;
type Name = keyof typeof labels;
const filterNames = Object.keys(labels) as Name[];

export function Component() {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const query = usePages<AuditRecord>({
    key: ['audit', project.slug, values],
    load: async (cursor, signal) => {
      const set = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
      const { data } = await api.GET('/api/v1/audit', { params: { query: { project: project.slug, cursor, ...set } }, signal });
      return data!;
    },
  });
  const on = filterNames.filter((name) => values[name] !== '');
  const filtered =
    on.length > 0
      ? { words: on.map((name) => `${labels[name].toLowerCase()}: ${values[name]}`).join(', '), clear: () => change({ actor: '', action: '', entity_type: '', entity_id: '', correlation_id: '' }) }
      : undefined;
  return (
    <Page title="Audit" subtitle="Every change of state, written in the same moment as the change itself and never altered since.">
      <Card
        title="Records"
        flush
        aside={
          <div className={styles.filters} role="search" aria-label="Audit">
            {filterNames.map((name) => (
              <Filter key={name} name={name} value={values[name]} change={change} />
            ))}
          </div>
        }
      >
        <List query={query} noun="records" filtered={filtered} empty={<p>Nothing has been changed yet.</p>}>
          {(rows) => (
            <ol className={styles.records}>
              {rows.map((record) => (
                <li key={record.id}>
                  <Record record={record} />
                </li>
              ))}
            </ol>
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

const pages: Record<string, string> = { price_change: 'price-changes', rule: 'rules', run: 'runs', variant: 'catalog' };

function Record({ record }: { record: AuditRecord }) {
  const project = useProject();
  const [open, setOpen] = useState(false);
  const page = pages[record.entity_type];
  return (
    <article className={styles.record}>
      <div className={styles.line}>
        <span className={styles.at}>
          <Instant at={record.recorded_at} absolute />
        </span>
        <span className={styles.what}>
          <strong>{record.action}</strong> by {record.actor}
          {record.reason && <span className={styles.reason}>“{record.reason}”</span>}
        </span>
        <span className={styles.thing}>
          {page ? (
            <Link to={`/${project.slug}/${page}/${record.entity_id}`}>{humanised(record.entity_type)}</Link>
          ) : (
            humanised(record.entity_type)
          )}{' '}
          <CopyableId id={record.entity_id} label="id" short />
        </span>
        <button type="button" className={styles.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : 'Show'} details<span className="visually-hidden"> of {record.action}</span>
        </button>
      </div>
      {open && <Details record={record} />}
    </article>
  );
}

function Details({ record }: { record: AuditRecord }) {
  return (
    <div className={styles.details}>
      <Document title="Before" value={record.before} />
      <Document title="After" value={record.after} />
      <p className="muted">
        Record <CopyableId id={record.id} label="record id" /> Request <CopyableId id={record.request_id} label="request id" /> Correlation <CopyableId id={record.correlation_id} label="correlation id" />
      </p>
    </div>
  );
}

function Document({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <h3>{title}</h3>
      {value === null || value === undefined ? <p className="muted">Nothing.</p> : <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>}
    </section>
  );
}
