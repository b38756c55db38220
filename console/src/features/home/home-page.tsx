// Home: what needs the reader, what runs now, how the last week went, and for a new project its first steps.
import { isSilence } from '../../api/problem';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { useMe } from '../../app/session';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { useHome } from './facts';
import { Glance } from './glance';

export function Component() {
  const project = useProject();
  const me = useMe();
  const query = useHome(project.slug, me.role);
  return (
    <Page title="Home" documentTitle={`Home of ${project.name}`} subtitle="What waits for you, what runs now, and how the last days went.">
      {query.error && !(query.data && isSilence(query.error)) ? <ProblemPanel problem={query.error} still={query.data ? 'What stands below is from the last time it worked.' : undefined} onRetry={() => void query.refetch()} /> : null}
      {query.data ? <Glance home={query.data} /> : query.error ? null : <Skeleton rows={8} />}
    </Page>
  );
}
