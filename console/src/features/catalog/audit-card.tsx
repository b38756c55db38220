// What was done to the variant: its prices written, its cost told, each with who, why, and what it was before.
import { Link } from 'react-router';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { RecordDetails } from '../../ui/record-details';
import { RecordLine, RecordList } from '../../ui/record-list';

const PAGE = 20;

export function AuditCard({ variantId }: { variantId: string }) {
  const project = useProject();
  const filter = { entity_type: 'variant', entity_id: variantId };
  const query = usePages<Schemas['AuditRecord']>({
    key: ['audit of a variant', variantId],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/audit', { params: { query: { ...filter, cursor, limit: PAGE } }, signal });
      return data!;
    },
  });
  return (
    <Card title="Audit" flush aside={<Link to={`/${project.slug}/audit?${new URLSearchParams(filter).toString()}`}>See it in the audit</Link>}>
      <List query={query} noun="records" empty={<p>Nobody has changed this variant through Calibr yet. What was read from the shop or a file stands in the history of its prices.</p>}>
        {(records) => (
          <RecordList records={records} recordKey={(record) => record.id}>
            {(record) => (
              <RecordLine
                at={record.recorded_at}
                what={record.action}
                said={
                  <>
                    by {record.actor}
                    {record.reason && <span className="muted"> “{record.reason}”</span>}
                  </>
                }
                entityType={record.entity_type}
                entityId={record.entity_id}
                details={() => <RecordDetails record={record} />}
              />
            )}
          </RecordList>
        )}
      </List>
    </Card>
  );
}
