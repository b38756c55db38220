// The heart: what will happen, whether it can be applied and why not, every row with its trace, and the acts.
import { useParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { priceChangeState } from '../../shared/words';
import { DownloadLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { ChangeHistogram } from '../../ui/change-histogram';
import { ImpactCounts, ImpactMoney } from '../../ui/impact';
import { Skeleton } from '../../ui/list';
import { PriceDistribution } from '../../ui/price-distribution';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { CopyableId, Instant } from '../../ui/values';
import { Link } from 'react-router';
import { GuardrailsCard } from './guardrails-card';
import { MergeBox } from './merge-box';
import { RowsCard } from './rows-card';
import { RunsCard } from './runs-card';
import styles from './price-changes.module.css';

type PriceChange = Schemas['PriceChange'];

const moving = ['applying', 'rolling_back'];

export function Component() {
  const { priceChangeId = '' } = useParams();
  const project = useProject();
  const query = $api.useQuery(
    'get',
    '/api/v1/price-changes/{id}',
    { params: { path: { id: priceChangeId } } },
    { refetchInterval: ({ state }) => (state.data && moving.includes(state.data.state) ? 2_000 : false) },
  );
  const change = query.data;
  return (
    <Page
      title={change?.title ?? 'Price change'}
      documentTitle={change ? `${change.title} · ${countOf(change.rows_to_apply, 'change', 'changes')}` : 'Price change'}
      above={[{ label: 'Price changes', to: `/${project.slug}/price-changes` }]}
      badges={
        <>
          {change && <Status word={priceChangeState(change.state)} />}
          <CopyableId id={priceChangeId} label="price change id" />
        </>
      }
      subtitle={change && <Origin change={change} />}
      actions={change?.allowed.includes('export') && <DownloadLink href={`/api/v1/price-changes/${priceChangeId}/export`}>Export CSV</DownloadLink>}
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={6} /> : null}
      {change && (
        <>
          <div className={styles.overview}>
            <Card title="What will happen">
              <div className={styles.impact}>
                <ImpactCounts impact={change.impact} />
                {change.rows_to_apply === 0 && <p>No price changes. The rules give the prices you already have.</p>}
                <ChangeHistogram bins={change.impact.histogram} median={change.impact.median_change_pct} />
                <PriceDistribution bins={change.impact.prices ?? []} />
                <ImpactMoney impact={change.impact} />
              </div>
            </Card>
            <MergeBox change={change} onReload={() => void query.refetch()} />
          </div>
          <GuardrailsCard change={change} />
          {change.runs.length > 0 && <RunsCard runs={change.runs} />}
          <RowsCard change={change} />
        </>
      )}
    </Page>
  );
}

function Origin({ change }: { change: PriceChange }) {
  const project = useProject();
  return (
    <>
      Planned <Instant at={change.planned_at} /> by {change.author} from{' '}
      {change.rules.map((rule, index) => (
        <span key={rule.rule_id}>
          {index > 0 && ', '}
          <Link to={`/${project.slug}/rules/${rule.rule_id}`}>
            {rule.name} v{rule.version}
          </Link>
        </span>
      ))}
      .{change.note && <> “{change.note}”</>}
    </>
  );
}
