import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { saidByGuardrails, waitingSince, waitsFor, whyHere } from './waiting';

const ana = { email: 'ana@x.test', role: 'approver' } as const;
const editor = { email: 'ed@x.test', role: 'editor' } as const;
const plan = { state: 'pending_approval', author: 'ed@x.test', checks: [], allowed: ['approve'] as string[], changes_asked: null };
const comment = { id: 'com_1', author: 'bo@x.test', body: 'Smaller, please', created_at: '2026-11-21T10:00:00Z', kind: 'changes_asked' } as Schemas['Comment'];

describe('a plan that waits', () => {
  it('waits for approvers who did not plan it', () => {
    expect(waitsFor(ana, plan)).toBe(true);
    expect(waitsFor(editor, plan)).toBe(false);
    expect(waitsFor(ana, { author: ana.email })).toBe(false);
  });

  it('waits since it was last asked about', () => {
    expect(waitingSince({ planned_at: '2026-11-20T10:00:00Z' }, undefined)).toBe('2026-11-20T10:00:00Z');
    expect(waitingSince({ planned_at: '2026-11-20T10:00:00Z' }, { review_requested: comment })).toBe(comment.created_at);
  });

  it('says whose turn it is', () => {
    expect(whyHere(plan, ana)).toBe('You may approve it, since somebody else planned it.');
    expect(whyHere(plan, editor)).toMatch(/^You planned this price change/);
    expect(whyHere({ ...plan, changes_asked: comment }, ana)).toBe('bo@x.test asked for changes; it is the author’s turn.');
    expect(whyHere({ ...plan, changes_asked: comment }, editor)).toBe('An approver asked you to change it.');
    const stopped = { ...plan, allowed: [], checks: [{ code: 'fresh', status: 'block', detail: '2 planned prices moved.' }] };
    expect(whyHere(stopped, ana)).toContain('cannot be approved as it is: 2 planned prices moved.');
  });
});

describe('what guardrails said', () => {
  it('begins with what they stop, and leaves out what passed', () => {
    const verdicts = [{ guardrail: 'collapse', verdict: 'passed' }, { guardrail: 'blast_radius', verdict: 'near' }] as Schemas['PlanVerdict'][];
    const impact = { guardrails: [{ guardrail: 'below_cost', violated: 12, near: 3, waived: 0 }] } as unknown as Schemas['Impact'];
    expect(saidByGuardrails({ verdicts, impact }).map(({ word }) => word)).toEqual(['Stopped: Below cost, 12', expect.stringMatching(/^Near: /), 'Near: Below cost, 3']);
    expect(saidByGuardrails({ verdicts: [], impact: {} as Schemas['Impact'] })).toEqual([]);
  });
});
