import { expect, test } from 'vitest';
import { leadsTo, saidOf } from './said';

const of = (kind: string, more: Partial<Parameters<typeof saidOf>[0]> = {}) => ({ kind, actor: 'kim@example.com', entity_type: 'price_change', entity_id: 'pch_1', ...more });

test('who did what', () => {
  expect(saidOf(of('review_requested'))).toBe('kim@example.com asks for a review.');
  expect(saidOf(of('rejected'))).toBe('kim@example.com declined it.');
  expect(saidOf(of('commented', { actor: null }))).toBe('Somebody commented.');
});

test('what happened by itself', () => {
  expect(saidOf(of('not_started', { actor: null }))).toBe('A scheduled start did not come.');
  expect(saidOf(of('run_failed', { actor: null }))).toBe('A run failed.');
  expect(saidOf(of('drift', { count: 1 }))).toBe('1 price differs in the shop.');
  expect(saidOf(of('drift', { count: 12 }))).toBe('12 prices differ in the shop.');
  expect(saidOf(of('went_away'))).toBe('Went away.');
});

test('what was said leads to the discussion, the rest to its page', () => {
  expect(leadsTo(of('commented'))).toBe('price-changes/pch_1?tab=discussion');
  expect(leadsTo(of('approved'))).toBe('price-changes/pch_1');
  expect(leadsTo(of('run_failed', { entity_type: 'run', entity_id: 'run_1' }))).toBe('runs/run_1');
  expect(leadsTo(of('drift', { entity_type: 'channel', entity_id: 'chn_1' }))).toBe('drift?channel=chn_1');
  expect(leadsTo(of('went_away', { entity_type: 'ship' }))).toBeNull();
});
