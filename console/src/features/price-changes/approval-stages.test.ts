import { describe, expect, it } from 'vitest';
import { findingOf, stagesOf } from './approval-stages';

const fresh = { code: 'fresh', status: 'pass', detail: '' };
const pending = { state: 'pending_approval', author: 'ana@demo.test', checks: [fresh], decisions: [] };
const words = (change: Parameters<typeof stagesOf>[0]) => stagesOf(change).map((stage) => `${stage.name}: ${stage.word.word}`);
const decision = (verdict: string) => ({ actor: 'kim@demo.test', decision: verdict, decided_at: '2026-11-20T10:00:00Z' });

describe('the way of a price change', () => {
  it('waits for somebody other than its author', () => {
    expect(words(pending)).toEqual(['Plan: Done', 'Checks: Done', 'Approval: Waiting', 'Start: Later', 'Shop: Later']);
  });

  it('is stopped by its checks, with their number', () => {
    const stages = stagesOf({ ...pending, checks: [fresh, { code: 'violations', status: 'block', detail: '' }] });
    expect(stages[1]).toMatchObject({ detail: '1 reason against it', word: { word: 'Stopped' } });
  });

  it('is not stopped by what is in the way of the shop only, nor by what became of it', () => {
    for (const code of ['channel.none', 'channel.several', 'outcome', 'approvals']) {
      expect(words({ ...pending, checks: [fresh, { code, status: 'block', detail: '' }] })[1]).toBe('Checks: Done');
    }
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
    expect(stages[3]).toMatchObject({ name: 'Start', detail: 'By itself, at its time', word: { word: 'Scheduled' } });
  });

  it('ends in the shop', () => {
    expect(words({ ...pending, state: 'partially_applied', decisions: [decision('approved')] }).slice(3)).toEqual(['Start: Done', 'Shop: In part']);
    expect(words({ ...pending, state: 'approved', decisions: [decision('approved')] }).slice(3)).toEqual(['Start: Waiting', 'Shop: Later']);
  });

  it('says of the shop what is true of its prices', () => {
    const shop = (state: string) => stagesOf({ ...pending, state, decisions: [decision('approved')] })[4];
    expect(shop('failed')).toMatchObject({ name: 'Shop', detail: 'No price was written', word: { word: 'Failed' } });
    expect(['approved', 'applying', 'applied', 'partially_applied', 'rolling_back', 'rolled_back'].map((state) => shop(state)?.detail)).toEqual([
      'No price is written yet',
      'Prices are being written',
      'Prices are written',
      'Some prices are written, some are not',
      'Prices are being taken back',
      'Prices were taken back',
    ]);
  });

  it('is said in words, up to the stage that it stands at', () => {
    const said = (change: Parameters<typeof stagesOf>[0]) => findingOf(stagesOf(change));
    expect(said(pending)).toBe('2 of 5 stages from the plan to the shop are behind it. It stands at approval: waiting.');
    expect(said({ ...pending, checks: [{ ...fresh, status: 'block' }] })).toBe('1 of 5 stages from the plan to the shop is behind it. It stands at checks: stopped.');
    expect(said({ ...pending, state: 'scheduled', decisions: [decision('approved')] })).toMatch(/It stands at start: scheduled\.$/);
    expect(said({ ...pending, state: 'rolled_back', decisions: [decision('approved')] })).toMatch(/It stands at shop: taken back\.$/);
    expect(said({ ...pending, state: 'applied', decisions: [decision('approved')] })).toBe('Every stage from the plan to the shop is behind it.');
  });
});
