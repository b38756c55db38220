// What is found among the rules of the project; asked once for all who show a part of it.
import { $api } from '../../api/client';
import { useProject } from '../../app/project';

/** `rules` empty means every rule. */
export function useConflicts(rules: string[], enabled = true) {
  const project = useProject();
  return $api.useQuery(
    'post',
    '/api/v1/rules/conflicts',
    { body: { rules }, params: { query: { project: project.slug } } },
    { enabled, staleTime: 30_000, queryHash: `conflicts ${project.slug} ${rules.join(',')}` },
  );
}
