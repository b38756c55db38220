// The heart: a price change in parts, each with its own address: what will happen and whether it can be applied, every row
// with its trace, what guardrails stop, what stays.
import { Link, useParams, useSearchParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { priceChangeState } from '../../shared/words';
import { DownloadLink } from '../../ui/button';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Tabs } from '../../ui/tabs';
import { CopyableId, Instant } from '../../ui/values';
import { Activity } from './activity';
import { Discussion } from './discussion';
import { MovedCard } from './moved-card';
import { Overview } from './overview';
import { movedSince, partAskedFor, partsOf } from './parts';
import { RowsCard } from './rows-card';
import { ScheduledRibbon } from './scheduled-ribbon';
import { StaleRibbon } from './stale-ribbon';
import { Violations } from './violations';

type PriceChange = Schemas['PriceChange'];

const moving = ['applying', 'rolling_back'];

export function Component() {
  const { priceChangeId = '' } = useParams();
  const [params] = useSearchParams();
  const project = useProject();
  const query = $api.useQuery(
    'get',
    '/api/v1/price-changes/{id}',
    { params: { path: { id: priceChangeId } } },
    { refetchInterval: ({ state }) => (state.data && moving.includes(state.data.state) ? 2_000 : false) },
  );
  const change = query.data;
  const parts = change ? partsOf(change) : [];
  const part = partAskedFor(params.get('tab') ?? '', parts);
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
          <StaleRibbon change={change} />
          <ScheduledRibbon change={change} nowMs={Date.now()} onReload={() => void query.refetch()} />
          <Tabs label="Parts of the price change" tabs={parts} chosen={part} />
          {part === 'overview' && <Overview change={change} onReload={() => void query.refetch()} />}
          {(part === 'changes' || part === 'unchanged') && <RowsCard key={part} change={change} part={part} />}
          {part === 'moved' && <MovedCard change={change} why={movedSince(change) ?? ''} />}
          {part === 'violations' && <Violations change={change} />}
          {part === 'discussion' && <Discussion id={change.id} />}
          {part === 'activity' && <Activity id={change.id} />}
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
      {change.replaces && (
        <>
          {' '}
          In the place of <Link to={`/${project.slug}/price-changes/${change.replaces.id}`}>{change.replaces.title}</Link>.
        </>
      )}
    </>
  );
}
