import { expect, test } from 'vitest';
import { ApiProblem, asProblem, isRefusal, problemFromResponse, problemFromSilence } from './problem';

const answered = (status: number) => new ApiProblem({ status, code: 'x', title: 'X', detail: '', requestId: null });

test('only the server’s own no is known to have done nothing', async () => {
  expect([400, 403, 409, 412, 422, 428, 429, 503].filter((status) => !isRefusal(answered(status)))).toEqual([]);
  expect([500, 502, 504].filter((status) => isRefusal(answered(status)))).toEqual([]);
  expect(isRefusal(problemFromSilence())).toBe(false);
  expect(isRefusal(await problemFromResponse(new Response('<h1>Unavailable</h1>', { status: 503 })))).toBe(false);
  expect(isRefusal(new ApiProblem({ status: 503, code: 'database.unsure', title: 'Service Unavailable', detail: '', requestId: null }))).toBe(false);
  expect(isRefusal(asProblem(new Error('a fault of the console')))).toBe(true);
});
