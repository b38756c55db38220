// The guardrails that hold in the project at hand.
import { $api } from '../../api/client';
import { useProject } from '../../app/project';

/** Key of everything that was asked about waivers. */
export const WAIVERS = 'waivers';

export function useGuardrails() {
  const project = useProject();
  return $api.useQuery('get', '/api/v1/guardrails', { params: { query: { project: project.slug } } }, { staleTime: 30_000 });
}

/** How strictly each guardrail holds; empty until that is known. */
export function useModes(): Map<string, string> {
  const { data } = useGuardrails();
  return new Map(data?.guardrails.map(({ guardrail, mode }) => [guardrail, mode]));
}
