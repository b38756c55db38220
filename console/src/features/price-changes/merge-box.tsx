// "Can this be applied?": every reason for and against with the way to its fix, who decided what, and under them the acts.
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { checkStatus, type GlyphName } from '../../shared/words';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { GuardrailCounts, PlanVerdicts } from '../../ui/guardrails';
import { CopyableId, Instant } from '../../ui/values';
import { ApplyDialog, ApproveDialog, DeclineDialog, RollBackDialog } from './act-dialogs';
import { AskForChangesDialog, RequestReviewDialog } from './review-dialogs';
import { SeeRows } from './see-rows';
import { whyNot } from './why-not';
import styles from './merge-box.module.css';

type PriceChange = Schemas['PriceChange'];
type Act = 'approve' | 'ask_for_changes' | 'reject' | 'request_review' | 'apply' | 'roll_back';

/** The acts that make sense to show in a state, whether or not the reader may do them. */
const shownIn: Record<string, Act[]> = {
  pending_approval: ['approve', 'reject', 'apply'],
  approved: ['apply', 'reject'],
  applied: ['roll_back'],
  partially_applied: ['roll_back'],
  failed: ['roll_back'],
};

export function MergeBox({ change, onReload }: { change: PriceChange; onReload: () => void }) {
  const me = useMe();
  const [open, setOpen] = useState<Act | null>(null);
  const acts = [...new Set([...(shownIn[change.state] ?? []), ...(change.allowed.filter((act) => act in labels) as Act[])])];
  const reasons = acts.filter((act) => !change.allowed.includes(act)).map((act) => [act, whyNot(act, change, me)] as const);
  const primary = acts.find((act) => change.allowed.includes(act) && (act === 'approve' || act === 'apply'));
  const close = () => setOpen(null);
  const dialog = { change, onClose: close, onReload };

  return (
    <Card title={change.checks.some((check) => check.code === 'outcome') ? 'What became of it' : 'Can this be applied?'}>
      <ul className={styles.checks}>
        {change.checks.map((check) => {
          const { word, glyph, tone } = checkStatus(check.status);
          return (
            <li key={check.code} data-tone={tone}>
              <Glyph name={glyph} />
              <span>
                <span className="visually-hidden">{word}: </span>
                {check.detail} <Fix code={check.code} status={check.status} />
              </span>
            </li>
          );
        })}
        {change.changes_asked && (
          <Said comment={change.changes_asked} tone="warn" glyph="warn">
            Changes asked for by
          </Said>
        )}
        {change.review_requested && !change.changes_asked && (
          <Said comment={change.review_requested} tone="neutral" glyph="wait">
            Review requested by
          </Said>
        )}
        {change.decisions.map((decision) => (
          <li key={decision.decided_at} data-tone={decision.decision === 'approved' ? 'ok' : 'neutral'}>
            <Glyph name={decision.decision === 'approved' ? 'check' : 'cross'} />
            <span>
              {decision.decision === 'approved' ? 'Approved' : 'Declined'} by {decision.actor} <Instant at={decision.decided_at} />
              {decision.comment && <span className={styles.comment}>“{decision.comment}”</span>}
            </span>
          </li>
        ))}
      </ul>
      <GuardrailVerdicts change={change} />
      {acts.length > 0 && (
        <div className={styles.acts}>
          {reasons.length > 0 && (
            <ul className={styles.reasons}>
              {[...new Map(reasons.map(([act, reason]) => [reason, act]))].map(([reason, act]) => (
                <li key={reason} id={`why-not-${act}`}>
                  {reason}
                </li>
              ))}
            </ul>
          )}
          <div className={styles.buttons}>
            {acts.map((act) => {
              const reason = reasons.find(([blocked]) => blocked === act)?.[1];
              const named = reasons.findLast(([, other]) => other === reason)?.[0];
              return (
                <Button key={act} weight={act === primary ? 'primary' : 'secondary'} blockedBy={reason === undefined ? undefined : `why-not-${named}`} onClick={() => setOpen(act)}>
                  {labels[act](change)}
                </Button>
              );
            })}
          </div>
        </div>
      )}
      <p className={styles.hash}>
        Plan <CopyableId id={change.plan_hash} label="plan hash" short /> is frozen: approval signs exactly these rows.
      </p>
      {open === 'approve' && <ApproveDialog {...dialog} />}
      {open === 'ask_for_changes' && <AskForChangesDialog {...dialog} />}
      {open === 'request_review' && <RequestReviewDialog {...dialog} />}
      {open === 'reject' && <DeclineDialog {...dialog} />}
      {open === 'apply' && <ApplyDialog {...dialog} />}
      {open === 'roll_back' && <RollBackDialog {...dialog} />}
    </Card>
  );
}

/** Where a reason can be looked at or mended; some have no such place, and the acts below are the way on. */
function Fix({ code, status }: { code: string; status: string }) {
  const project = useProject();
  const { pathname } = useLocation();
  const way = status === 'pass' ? undefined : ways.find(([codes]) => codes.test(code));
  if (!way) return null;
  const [, words, to] = way;
  return <Link to={to.startsWith('?') ? { pathname, search: to, hash: '#rows' } : `/${project.slug}/${to}`}>{words}</Link>;
}

const ways: [codes: RegExp, words: string, to: string][] = [
  [/^violations$/, 'See them', '?tab=violations'],
  [/^changes_asked$/, 'Read the discussion', '?tab=discussion'],
  [/^(price_change\.)?guardrail/, 'See the guardrails', 'guardrails'],
  [/^channel\.busy$/, 'See the runs', 'runs'],
  [/^channel\./, 'See the shops', 'connectors'],
  [/^rows$/, 'See the rules', 'rules'],
];

/** What somebody asked for, with their words. */
function Said({ comment, tone, glyph, children }: { comment: Schemas['Comment']; tone: string; glyph: GlyphName; children: string }) {
  return (
    <li data-tone={tone}>
      <Glyph name={glyph} />
      <span>
        {children} {comment.author} <Instant at={comment.created_at} />
        {comment.body && <span className={styles.comment}>“{comment.body}”</span>}
      </span>
    </li>
  );
}

/** Every guardrail that was asked of the whole plan and lets it pass, and every one that spoke of a row. */
function GuardrailVerdicts({ change }: { change: PriceChange }) {
  const counts = change.impact.guardrails ?? [];
  // What stops the whole plan already stands among the checks.
  const verdicts = change.verdicts.filter((verdict) => !change.checks.some((check) => check.code === `guardrail.${verdict.guardrail}`));
  if (counts.length === 0 && verdicts.length === 0) return null;
  return (
    <div className={styles.guardrails}>
      {verdicts.length > 0 && <PlanVerdicts verdicts={verdicts} />}
      {counts.length > 0 && <GuardrailCounts counts={counts} act={({ guardrail }) => <SeeRows guardrail={guardrail} />} />}
    </div>
  );
}

const prices = (change: PriceChange) => countOf(change.rows_to_apply, 'price', 'prices');

const labels: Record<Act, (change: PriceChange) => string> = {
  approve: (change) => `Approve ${prices(change)}…`,
  ask_for_changes: () => 'Ask for changes…',
  reject: () => 'Decline…',
  request_review: () => 'Request a review…',
  apply: (change) => `Apply ${prices(change)}…`,
  roll_back: () => 'Roll back…',
};
