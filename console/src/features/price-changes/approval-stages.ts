// The way of a price change from its plan to the shop: which stages are behind it, which one it stands at, and who is asked.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import type { Word } from '../../shared/words';

type PriceChange = Pick<Schemas['PriceChange'], 'state' | 'author' | 'checks' | 'decisions' | 'changes_asked'>;

export interface Stage {
  name: string;
  detail: string;
  word: Word;
}

const done: Word = { word: 'Done', glyph: 'check', tone: 'ok' };
const waits: Word = { word: 'Waiting', glyph: 'wait', tone: 'wait' };
const later: Word = { word: 'Later', glyph: 'skipped', tone: 'neutral' };
const stopped: Word = { word: 'Stopped', glyph: 'blocked', tone: 'blocked' };
const asked: Word = { word: 'Changes asked for', glyph: 'warn', tone: 'warn' };

/** How it stands in the shop once its run was started. */
const written: Record<string, { detail: string; word: Word }> = {
  applying: { detail: 'Prices are being written', word: { word: 'Under way', glyph: 'live', tone: 'live' } },
  rolling_back: { detail: 'Prices are being taken back', word: { word: 'Going back', glyph: 'live', tone: 'live' } },
  applied: { detail: 'Prices are written', word: done },
  partially_applied: { detail: 'Some prices are written, some are not', word: { word: 'In part', glyph: 'warn', tone: 'warn' } },
  failed: { detail: 'No price was written', word: { word: 'Failed', glyph: 'cross', tone: 'blocked' } },
  rolled_back: { detail: 'Prices were taken back', word: { word: 'Taken back', glyph: 'back', tone: 'neutral' } },
};

const scheduled: Word = { word: 'Scheduled', glyph: 'wait', tone: 'ok' };

/** How far it is, in words. */
export function findingOf(stages: readonly Stage[]): string {
  const behind = stages.findIndex(({ word }) => word !== done);
  if (behind === -1) return 'Every stage from the plan to the shop is behind it.';
  const { name, word } = stages[behind]!;
  return `${behind} of ${countOf(stages.length, 'stage', 'stages')} from the plan to the shop ${behind === 1 ? 'is' : 'are'} behind it. It stands at ${name.toLowerCase()}: ${word.word.toLowerCase()}.`;
}

export function stagesOf(change: PriceChange): Stage[] {
  const { state, author, checks, decisions } = change;
  // Neither the approval nor the shop, which are stages of their own, nor what became of it.
  const blocking = checks.filter((check) => check.status === 'block' && !/^(approvals$|outcome$|channel\.)/.test(check.code));
  const applied = written[state];
  const approvals = decisions.filter((decision) => decision.decision === 'approved').map((decision) => decision.actor);
  const declined = decisions.find((decision) => decision.decision === 'rejected');
  const checked: Stage = blocking.length > 0 ? { name: 'Checks', detail: `${countOf(blocking.length, 'reason', 'reasons')} against it`, word: stopped } : { name: 'Checks', detail: 'Nothing against it', word: done };
  return [
    { name: 'Plan', detail: author, word: done },
    applied ? { name: 'Checks', detail: 'Nothing against it', word: done } : checked,
    approvalOf(),
    { name: 'Start', detail: startedHow(), word: applied ? done : startOf() },
    { name: 'Shop', ...(applied ?? { detail: 'No price is written yet', word: later }) },
  ];

  function startedHow(): string {
    if (applied) return 'The run was started';
    return state === 'scheduled' ? 'By itself, at its time' : 'By hand';
  }

  function startOf(): Word {
    if (blocking.length > 0) return later;
    return state === 'scheduled' ? scheduled : state === 'approved' ? waits : later;
  }

  function approvalOf(): Stage {
    if (declined || state === 'rejected') return { name: 'Approval', detail: declined?.actor ?? 'Declined', word: { word: 'Declined', glyph: 'cross', tone: 'blocked' } };
    if (approvals.length > 0) return { name: 'Approval', detail: approvals.join(', '), word: done };
    if (change.changes_asked) return { name: 'Approval', detail: change.changes_asked.author, word: asked };
    return { name: 'Approval', detail: 'Somebody other than the author', word: state === 'pending_approval' ? waits : later };
  }
}
