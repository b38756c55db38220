// Checks guardrails on the server a moment after the last key, together with the layer they lie over or under.
import { keepPreviousData } from '@tanstack/react-query';
import { $api } from '../../api/client';
import type { FieldFault } from '../../api/problem';
import { yamlRequest } from '../../api/yaml';
import { useSettled } from '../../shared/use-settled';
import { checkedWhen } from '../../shared/verdict';
import { scopeQuery, type Scope } from './scope';

const noFaults: FieldFault[] = [];

export function useGuardrailCheck(text: string, scope: Scope, project: string) {
  const settled = useSettled(text, 400);
  const request = { ...yamlRequest(settled), params: { query: scopeQuery(scope, project) } };
  const validation = $api.useQuery('post', '/api/v1/guardrails/validate', request, { staleTime: Infinity, placeholderData: keepPreviousData, queryHash: `guardrails ${scope} ${project} ${settled}` });
  return { checked: checkedWhen(settled !== text || validation.isFetching, validation.isError), faults: validation.data?.errors ?? noFaults };
}
