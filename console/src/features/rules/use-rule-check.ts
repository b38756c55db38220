// Checks and previews a rule text on the server a moment after the last key. One validator, and it is not in the browser.
import { keepPreviousData } from '@tanstack/react-query';
import { $api } from '../../api/client';
import type { FieldFault } from '../../api/problem';
import { yamlRequest } from '../../api/yaml';
import { useSettled } from '../../shared/use-settled';
import { checkedWhen } from '../../shared/verdict';

const noFaults: FieldFault[] = [];

/** `knownRule` asks also how the text differs from the stored version of the rule. */
export function useRuleCheck(text: string, project: string, knownRule: boolean) {
  const settled = useSettled(text, 400);
  const request = { ...yamlRequest(settled), params: { query: { project } } };
  const validation = $api.useQuery('post', '/api/v1/rules/validate', request, { staleTime: Infinity, placeholderData: keepPreviousData, queryHash: `validate ${settled}` });
  const valid = validation.data?.valid === true && !validation.isPlaceholderData;
  const preview = $api.useQuery('post', '/api/v1/rules/preview', request, { enabled: valid, staleTime: 60_000, placeholderData: keepPreviousData, queryHash: `preview ${project} ${settled}` });
  const difference = $api.useQuery('post', '/api/v1/rules/diff', request, { enabled: valid && knownRule, staleTime: 60_000, placeholderData: keepPreviousData, queryHash: `diff ${project} ${settled}` });
  const hasTests = /^tests:/m.test(settled);
  const tests = $api.useQuery('post', '/api/v1/rules/test', request, { enabled: valid && hasTests, staleTime: Infinity, queryHash: `test ${project} ${settled}` });
  return {
    checked: checkedWhen(settled !== text || validation.isFetching, validation.isError),
    faults: validation.data?.errors ?? noFaults,
    /** The last one that was computed; the old picture stays while a new text is checked. */
    preview: preview.data,
    outdated: !valid || preview.isPlaceholderData || settled !== text,
    difference: difference.data,
    /** How the test cases of the text went, once they ran. */
    tests: tests.data,
    problem: tests.error ?? validation.error ?? preview.error ?? difference.error,
  };
}
