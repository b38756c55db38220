// One run, live while it writes: counts first, a bar beside them, every target, and the two acts that follow.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { formatDuration } from '../../shared/format';
import { runKind, runState } from '../../shared/words';
import { Button } from '../../ui/button';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { CopyableId, Instant } from '../../ui/values';
import { OutcomeCard } from './outcome-card';
import { ProgressCard } from './progress-card';
import { hasReasons, ReasonsCard } from './reasons-card';
import { ResultsDownload } from './results-download';
import { RunControls } from './run-controls';
import { StagesCard } from './stages-card';
import { TargetsCard } from './targets-card';
import { useAfterRun } from './use-after-run';
import { useLiveRun } from './use-live-run';

type Run = Schemas['Run'];

export function Component() {
  const { runId = '' } = useParams();
  const project = useProject();
  const query = $api.useQuery('get', '/api/v1/runs/{id}', { params: { path: { id: runId } } });
  const run = query.data;
  return (
    <Page
      title={run ? `${runKind(run.kind)}: ${run.title}` : 'Run'}
      above={[{ label: 'Runs', to: `/${project.slug}/runs` }]}
      badges={
        <>
          {run && <Status word={runState(run.state)} />}
          <CopyableId id={runId} label="run id" />
        </>
      }
      subtitle={run && <Origin run={run} />}
      actions={
        run && (
          <>
            <RunControls run={run} />
            <AfterRun run={run} />
          </>
        )
      }
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={5} /> : null}
      {run && <FollowedRun key={run.id} run={run} />}
    </Page>
  );
}

function FollowedRun({ run }: { run: Run }) {
  const queries = useQueryClient();
  const live = useLiveRun(run.id, run.settled);

  useEffect(() => {
    if (!run.settled) return;
    void queries.invalidateQueries({ queryKey: ['targets', run.id] });
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'runs' || queryKey[0] === 'price-changes' || /\/(price-changes|runs\/\{id\}\/reasons)/.test(String(queryKey[1])) });
  }, [queries, run.id, run.settled]);

  return (
    <>
      {run.note && !run.finished_at && (
        <p role="status">
          <strong>{runState(run.state).word}.</strong> {run.note}
        </p>
      )}
      <StagesCard run={run} />
      <ProgressCard run={run} live={live} />
      {isPartial(run) && <Outcome run={run} />}
      {hasReasons(run) && <ReasonsCard run={run} />}
      <TargetsCard run={run} />
    </>
  );
}

function Origin({ run }: { run: Run }) {
  const project = useProject();
  return (
    <>
      Started <Instant at={run.created_at} /> by {run.actor}, writing to {run.channel}, for <Link to={`/${project.slug}/price-changes/${run.price_change_id}`}>{run.title}</Link>.
      {run.finished_at && <> Took {formatDuration(run.created_at, run.finished_at)}.</>}
      {run.reverses_run_id && (
        <>
          {' '}
          Takes back <Link to={`/${project.slug}/runs/${run.reverses_run_id}`}>an earlier run</Link>.
        </>
      )}
    </>
  );
}

const isPartial = (run: Run) => run.settled && run.kind === 'apply' && ['partially_applied', 'failed'].includes(run.state);

/** Beside the title; a run that ended partly has its acts beside the reasons for them. */
function AfterRun({ run }: { run: Run }) {
  const { mayRetry, mayRollBack, retry, rollBack, dialog } = useAfterRun(run);
  if (isPartial(run)) return null;
  return (
    <>
      {mayRetry && <Button onClick={retry}>{`Retry ${run.counts.failed} failed…`}</Button>}
      {mayRollBack && <Button onClick={rollBack}>{`Roll back ${run.counts.applied} applied…`}</Button>}
      {run.settled && <ResultsDownload run={run} />}
      {dialog}
    </>
  );
}

function Outcome({ run }: { run: Run }) {
  const { mayRetry, mayRollBack, retry, rollBack, dialog } = useAfterRun(run);
  return (
    <>
      <OutcomeCard run={run} mayRetry={mayRetry} mayRollBack={mayRollBack} onRetry={retry} onRollBack={rollBack} />
      {dialog}
    </>
  );
}
