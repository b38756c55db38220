import { ApiProblem } from '../api/problem';
import type { States } from '../gallery/states';
import { ProblemPanel } from './problem-panel';

const problem = (status: number, title: string, detail: string) => new ApiProblem({ status, code: 'x', title, detail, requestId: 'req_01m7zc3xmxez9rbt5231569pph' });
const faults = [
  { pointer: '/steps/0/percent', code: 'number.min', detail: 'must be above −100' },
  { pointer: '/select', code: 'empty', detail: 'selects nothing; say all_variants to mean everything' },
];

export const states: States = {
  refused: () => <ProblemPanel problem={problem(403, 'Forbidden', 'This takes the role approver.')} />,
  'not-found': () => <ProblemPanel problem={problem(404, 'Not Found', 'There is no rule `rul_01m7zc3xmxez9rbt5231569pph`.')} />,
  conflict: () => <ProblemPanel problem={problem(409, 'Conflict', 'The plan is stale: 14 prices moved since it was computed.')} notDone="Nothing was written." onRetry={() => undefined} />,
  invalid: () => <ProblemPanel problem={new ApiProblem({ status: 422, code: 'rule', title: 'Unprocessable', detail: 'The rule has two faults.', requestId: null, faults })} notDone="The rule was not stored." />,
  'too-many': () => <ProblemPanel problem={problem(429, 'Too Many Requests', 'More than 600 requests in a minute.')} onRetry={() => undefined} />,
  unavailable: () => <ProblemPanel problem={problem(503, 'Service Unavailable', 'The database does not answer.')} onRetry={() => undefined} />,
  'long-text': () => <ProblemPanel problem={problem(422, 'Unprocessable', `Shopify refused ${'a-very-long-handle-without-any-space-'.repeat(8)} and says so at length. `.repeat(3))} />,
};
