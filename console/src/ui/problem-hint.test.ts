import { expect, test } from 'vitest';
import { ApiProblem } from '../api/problem';
import { hintFor, isUnfit } from './problem-hint';

const ID = 'pch_01kb2n6y3vf5w8x7q9r4t2s1z0';
const problem = (status: number, detail = '') => new ApiProblem({ status, code: 'x', title: 'X', detail, requestId: null });

test('an id that leads nowhere says what it is the id of', () => {
  expect(hintFor(problem(404, `There is no price change \`${ID}\`.`), `/demo/price-changes/${ID}`)).toMatch(/the id of a price change/);
});

test('another thing that is missing on the page is not blamed on its address', () => {
  expect(hintFor(problem(404, 'There is no rule `rul_x`.'), `/demo/price-changes/${ID}`)).toBeNull();
  expect(hintFor(problem(404), '/demo/rules')).toBeNull();
});

test('a filter that the server does not know is blamed on the address', () => {
  const unfit = new ApiProblem({ status: 400, code: 'query.invalid', title: 'Bad Request', detail: '`x` is not a value of `state`.', requestId: null });
  expect([isUnfit(unfit), isUnfit(problem(400)), isUnfit(null)]).toEqual([true, false, false]);
  expect(hintFor(unfit, '/')).toMatch(/address of this page/);
  expect(hintFor(problem(400), '/')).toBeNull();
});

test('refusals that pass or that somebody can lift say so', () => {
  expect(hintFor(problem(403), '/')).toMatch(/admin/);
  expect(hintFor(problem(428), '/')).toMatch(/which version/);
  expect(hintFor(problem(429), '/')).toMatch(/wait/);
  expect(hintFor(problem(503), '/')).toMatch(/minute/);
  expect(hintFor(problem(409), '/')).toBeNull();
  const unsure = new ApiProblem({ status: 503, code: 'database.unsure', title: 'Service Unavailable', detail: '', requestId: null });
  expect(hintFor(unsure, '/')).toBeNull();
});
