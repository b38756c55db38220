// Every version of the project's or the organisation's guardrails, each with its document.
import { useState } from 'react';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant } from '../../ui/values';
import { ScopeChoice, scopeQuery, type Scope } from './scope';
import { guardrailsToYaml } from './settings-text';
import styles from './guardrails.module.css';

type GuardrailVersion = Schemas['GuardrailVersion'];

export const GUARDRAIL_VERSIONS = 'guardrail versions';

export function VersionsCard() {
  const project = useProject();
  const [scope, setScope] = useState<Scope>('project');
  const [shown, setShown] = useState<number | null>(null);
  const query = usePages<GuardrailVersion>({
    key: [GUARDRAIL_VERSIONS, project.slug, scope],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/guardrails/versions', { params: { query: { ...scopeQuery(scope, project.slug), cursor } }, signal });
      return data!;
    },
  });
  const choose = (next: Scope) => {
    setScope(next);
    setShown(null);
  };
  const document = query.rows?.find((row) => row.version === shown)?.document;
  return (
    <Card title="Versions" flush aside={<ScopeChoice scope={scope} onChange={choose} />}>
      <List query={query} noun="versions" empty={<p>{scope === 'project' ? 'This project has set no guardrails of its own.' : 'Nothing was set for all projects.'} What is built in holds, and what the wider document says.</p>}>
        {(rows, busy) => <Table caption="Versions, newest first" columns={columns(shown, setShown)} rows={rows} rowKey={(row) => String(row.version)} busy={busy} />}
      </List>
      {document !== undefined && (
        <pre className={styles.document} tabIndex={0} aria-label={`Document of version ${shown}`}>
          {guardrailsToYaml(document)}
        </pre>
      )}
    </Card>
  );
}

const columns = (shown: number | null, show: (version: number | null) => void): Column<GuardrailVersion>[] => [
  { key: 'version', header: 'Version', names: true, cell: (row) => <span className="number">v{row.version}</span> },
  { key: 'at', header: 'Made', cell: (row) => <Instant at={row.created_at} absolute /> },
  { key: 'by', header: 'By', line: true, cell: (row) => row.created_by },
  { key: 'hash', header: 'Content', cell: (row) => <CopyableId id={row.content_hash} label="content hash" short /> },
  {
    key: 'show',
    header: 'Document',
    cell: (row) => (
      <Button size="xs" weight="quiet" onClick={() => show(shown === row.version ? null : row.version)}>
        {shown === row.version ? `Hide v${row.version}` : `Show v${row.version}`}
      </Button>
    ),
  },
];
