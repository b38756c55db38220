import { describe, expect, it } from 'vitest';
import { stagesOf } from './approval-stages';

const fresh = { code: 'fresh', status: 'pass', detail: '' };
const pending = { state: 'pending_approval', author: 'ana@demo.test', checks: [fresh], decisions: [] };
const words = (change: Parameters<typeof stagesOf>[0]) => stagesOf(change).map((stage) => `${stage.name}: ${stage.word.word}`);
const decision = (verdict: string) => ({ actor: 'kim@demo.test', decision: verdict, decided_at: '2026-11-20T10:00:00Z' });

describe('the way of a price change', () => {
  it('waits for somebody other than its author', () => {
    expect(words(pending)).toEqual(['Plan: Done', 'Checks: Done', 'Approval: Waiting', 'Shop: Later']);
  });

  it('is stopped by its checks, with their number', () => {
    const stages = stagesOf({ ...pending, checks: [fresh, { code: 'violations', status: 'block', detail: '' }] });
    expect(stages[1]).toMatchObject({ detail: '1 reason against it', word: { word: 'Stopped' } });
  });

  it('names who approved or declined', () => {
    expect(stagesOf({ ...pending, state: 'approved', decisions: [decision('approved')] })[2]).toMatchObject({ detail: 'kim@demo.test', word: { word: 'Done' } });
    expect(words({ ...pending, state: 'rejected', decisions: [decision('rejected')] })[2]).toBe('Approval: Declined');
  });

  it('says when changes are asked for', () => {
    const comment = { id: 'cmt_1', author: 'kim@demo.test', body: 'Less', kind: 'changes_asked', created_at: '2026-11-20T10:00:00Z' };
    expect(words({ ...pending, changes_asked: comment })[2]).toBe('Approval: Changes asked for');
  });

  it('waits for its time when it is scheduled', () => {
    const stages = stagesOf({ ...pending, state: 'scheduled', decisions: [decision('approved')] });
    expect(stages[3]).toMatchObject({ detail: 'Starts by itself', word: { word: 'Scheduled' } });
  });

  it('ends in the shop', () => {
    expect(words({ ...pending, state: 'partially_applied', decisions: [decision('approved')] })[3]).toBe('Shop: In part');
    expect(words({ ...pending, state: 'approved', decisions: [decision('approved')] })[3]).toBe('Shop: Waiting');
  });
});
