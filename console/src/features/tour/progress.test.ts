import { expect, test } from 'vitest';
import { parseProgress } from './progress';
import { isDone, stops, whereTo } from './stops';

const fresh = { stop: 0, open: false, change: null, traced: false };

test('progress is read back, nonsense is a tour that was not begun', () => {
  const kept = { stop: 4, open: true, change: 'pch_1a', traced: true };
  expect(parseProgress(JSON.stringify(kept), 7)).toEqual(kept);
  for (const text of [null, '', '{', '[]', '{"stop":9}', '{"stop":"1"}', '{"stop":-1}', '{"stop":1.5}']) expect(parseProgress(text, 7)).toEqual(fresh);
  expect(parseProgress('{"stop":1,"change":"../../x"}', 7).change).toBeNull();
});

test('there are seven stops, each with a title, a text and something to do', () => {
  expect(stops).toHaveLength(7);
  for (const stop of stops) expect([stop.title, stop.text, stop.act].every((text) => text.endsWith('.') || text === stop.title)).toBe(true);
});

test('a stop is done when the thing itself has happened', () => {
  const nothing = { path: '/demo', rules: 0, change: null, state: null, traced: false };
  expect(stops.map((stop) => isDone(stop, nothing))).toEqual([false, false, false, false, false, false, false]);
  expect(stops.map((stop) => isDone(stop, { path: '/demo/catalog', rules: 1, change: 'pch_1', state: 'pending_approval', traced: true }))).toEqual([true, true, true, true, false, false, false]);
  expect(stops.map((stop) => isDone(stop, { path: '/demo', rules: 1, change: 'pch_1', state: 'approved', traced: true })).slice(4)).toEqual([true, false, false]);
  expect(stops.map((stop) => isDone(stop, { path: '/demo', rules: 1, change: 'pch_1', state: 'partially_applied', traced: true })).slice(4)).toEqual([true, true, false]);
  expect(stops.map((stop) => isDone(stop, { path: '/demo', rules: 1, change: 'pch_1', state: 'rolled_back', traced: true })).slice(4)).toEqual([true, true, true]);
});

test('a stop about the planned price change leads there, or to the list while there is none', () => {
  expect(whereTo(stops[4]!, 'demo', 'pch_1')).toBe('/demo/price-changes/pch_1');
  expect(whereTo(stops[3]!, 'demo', 'pch_1')).toBe('/demo/price-changes/pch_1?tab=changes');
  expect(whereTo(stops[4]!, 'demo', null)).toBe('/demo/price-changes');
  expect(whereTo(stops[1]!, 'demo', null)).toBe('/demo/rules/new');
});
