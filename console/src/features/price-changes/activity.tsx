// Who did what to a price change and its runs, newest first: its part of the audit.
import { Link } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { actionInWords } from '../../shared/words';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Instant } from '../../ui/values';
import styles from './discussion.module.css';

export function Activity({ id }: { id: string }) {
  const project = useProject();
  const query = usePages<Schemas['AuditRecord']>({
    key: ['activity', id],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/price-changes/{id}/activity', { params: { path: { id }, query: { cursor } }, signal });
      return data!;
    },
  });
  return (
    <Card title="Activity" flush aside={<Link to={`/${project.slug}/audit?entity_id=${id}`}>The same in the audit</Link>}>
      <List query={query} noun="acts" empty={<p>Nothing has happened yet.</p>}>
        {(records, busy) => (
          <ol className={styles.acts} aria-busy={busy}>
            {records.map((record) => (
              <li key={record.id}>
                <p className={styles.by}>
                  <strong>{record.actor}</strong>
                  <span>{actionInWords(record.action)}</span>
                  {record.entity_type === 'run' && <Link to={`/${project.slug}/runs/${record.entity_id}`}>The run</Link>}
                  <span className="muted">
                    <Instant at={record.recorded_at} />
                  </span>
                </p>
                {record.reason && <p className={styles.body}>“{record.reason}”</p>}
              </li>
            ))}
          </ol>
        )}
      </List>
    </Card>
  );
}
