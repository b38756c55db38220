// One rule: its document, what it would do now, its versions.
import { useState } from 'react';
import { useParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { List, Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant } from '../../ui/values';
import { PreviewView } from './preview-view';
import { documentToYaml } from './rule-text';
import styles from './rules.module.css';

type RuleVersion = Schemas['RuleVersion'];

export function Component() {
  const { ruleId = '' } = useParams();
  const project = useProject();
  const rule = $api.useQuery('get', '/api/v1/rules/{id}', { params: { path: { id: ruleId } } });
  return (
    <Page
      title={rule.data?.name ?? 'Rule'}
      above={[{ label: 'Rules', to: `/${project.slug}/rules` }]}
      badges={
        <>
          {rule.data && <span className="muted number">v{rule.data.version}</span>}
          <CopyableId id={ruleId} label="rule id" />
        </>
      }
      actions={
        <>
          <ButtonLink to={`/${project.slug}/rules/check?rules=${ruleId}`}>Prove</ButtonLink>
          <NeedsRole role="editor" to="rules but not change or run them">
            <ButtonLink to="edit">Change the rule</ButtonLink>
            <ButtonLink weight="primary" to={`/${project.slug}/price-changes/new?rules=${ruleId}`}>
              Plan a price change
            </ButtonLink>
          </NeedsRole>
        </>
      }
    >
      {rule.error ? <ProblemPanel problem={rule.error} onRetry={() => void rule.refetch()} /> : null}
      {rule.isPending ? <Skeleton rows={4} /> : null}
      {rule.data && (
        <div className={styles.columns}>
          <Card title="Document">
            <pre className={styles.document} tabIndex={0}>
              {documentToYaml(rule.data.document)}
            </pre>
          </Card>
          <StoredPreview ruleId={ruleId} version={rule.data.version} />
        </div>
      )}
      {rule.data && <Versions ruleId={ruleId} newest={rule.data.version} />}
    </Page>
  );
}

function StoredPreview({ ruleId, version }: { ruleId: string; version: number }) {
  const preview = $api.useQuery('post', '/api/v1/rules/{id}/preview', { params: { path: { id: ruleId } } }, { staleTime: 60_000, queryHash: `preview ${ruleId} v${version}` });
  return (
    <Card title="What it would do now">
      {preview.error ? <ProblemPanel problem={preview.error} onRetry={() => void preview.refetch()} /> : null}
      {preview.isPending ? <Skeleton rows={3} /> : null}
      {preview.data && <PreviewView preview={preview.data} />}
    </Card>
  );
}

function Versions({ ruleId, newest }: { ruleId: string; newest: number }) {
  const [shown, setShown] = useState<number | null>(null);
  const query = usePages<RuleVersion>({
    key: ['rule versions', ruleId, newest],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/rules/{id}/versions', { params: { path: { id: ruleId }, query: { cursor } }, signal });
      return data!;
    },
  });
  const columns: Column<RuleVersion>[] = [
    { key: 'version', header: 'Version', names: true, cell: (row) => <span className="number">v{row.version}</span> },
    { key: 'at', header: 'Made', cell: (row) => <Instant at={row.created_at} absolute /> },
    { key: 'by', header: 'By', line: true, cell: (row) => row.created_by },
    { key: 'hash', header: 'Content', cell: (row) => <CopyableId id={row.content_hash} label="content hash" short /> },
    {
      key: 'show',
      header: 'Document',
      cell: (row) => (
        <button type="button" className={styles.show} aria-expanded={shown === row.version} onClick={() => setShown(shown === row.version ? null : row.version)}>
          {shown === row.version ? `Hide v${row.version}` : `Show v${row.version}`}
        </button>
      ),
    },
  ];
  const document = query.rows?.find((row) => row.version === shown)?.document;
  return (
    <Card title="Versions" flush>
      <List query={query} noun="versions" empty={<p>This rule has no versions.</p>}>
        {(rows, busy) => <Table caption="Versions, newest first" columns={columns} rows={rows} rowKey={(row) => String(row.version)} busy={busy} />}
      </List>
      {document !== undefined && (
        <pre className={styles.version} tabIndex={0} aria-label={`Document of version ${shown}`}>
          {documentToYaml(document)}
        </pre>
      )}
    </Card>
  );
}
