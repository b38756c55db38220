// One rule: its document, what it would do now, its versions.
import { Link, useParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { countOf } from '../../shared/format';
import { priceChangeState } from '../../shared/words';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { CopyableId } from '../../ui/values';
import { readDocument } from '../../ui/document/document-text';
import { ruleInWords } from './builder/sentence';
import { AmongCard } from './among-card';
import { PreviewView } from './preview-view';
import { ProofCard } from './proof-card';
import { documentToYaml } from './rule-text';
import { VersionsCard } from './versions-card';
import styles from './rules.module.css';

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
      subtitle={rule.data?.last_use && <LastUse use={rule.data.last_use} />}
      actions={
        <>
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
          <div className={styles.left}>
          <Card title="Document">
            <p className={styles.told}>{wordsOf(rule.data.document)}</p>
            <pre className={styles.document} tabIndex={0}>
              {documentToYaml(rule.data.document)}
            </pre>
          </Card>
          <AmongCard rule={rule.data} />
          <ProofCard rules={[ruleId]} />
          </div>
          <StoredPreview ruleId={ruleId} version={rule.data.version} />
        </div>
      )}
      {rule.data && <VersionsCard ruleId={ruleId} newest={rule.data.version} />}
    </Page>
  );
}

function LastUse({ use }: { use: Schemas['RuleUse'] }) {
  const project = useProject();
  return (
    <>
      Last planned with v{use.version} in <Link to={`/${project.slug}/price-changes/${use.price_change_id}`}>{use.title}</Link>, {countOf(use.rows_to_apply, 'price', 'prices')}: {priceChangeState(use.state).word.toLowerCase()}.
    </>
  );
}

/** The rule as one would tell it; a document of a later contract has only its text. */
function wordsOf(document: unknown): string {
  const reading = readDocument(documentToYaml(document));
  return 'tree' in reading ? ruleInWords(reading.tree).join(' ') : '';
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
