// The columns of the approvals: what each plan would do, what guardrails say, who asks, why it waits for whom, and the acts.
import type { Schemas } from '../../api/client';
import { formatCount } from '../../shared/format';
import { outcomeWord } from '../../shared/words';
import { Button } from '../../ui/button';
import { Glyph } from '../../ui/glyph';
import { Status } from '../../ui/status';
import type { Column } from '../../ui/table';
import { Instant, PercentValue } from '../../ui/values';
import { saidByGuardrails, waitingSince, waitsFor, whyHere } from './waiting';
import styles from './approvals.module.css';

type PriceChange = Schemas['PriceChange'];
type Me = Schemas['Me'];

export type WaitingAct = 'approve' | 'ask_for_changes' | 'reject';

export interface Waiting {
  summary: Schemas['PriceChangeSummary'];
  /** What is known of it whole; nothing while that is on its way. */
  change: PriceChange | undefined;
  problem: unknown;
}

interface Asked {
  me: Me;
  act: (act: WaitingAct, change: PriceChange) => void;
}

export const approvalColumns = ({ me, act }: Asked): Column<Waiting>[] => [
  { key: 'title', header: 'Price change', names: true, prose: true, cell: ({ summary }) => summary.title },
  { key: 'does', header: 'What it would do', cell: ({ summary, change }) => <Effect summary={summary} change={change} /> },
  { key: 'guardrails', header: 'Guardrails', cell: ({ change }) => change && <Guardrails change={change} /> },
  { key: 'asked', header: 'Asked by', cell: (row) => <AskedBy row={row} /> },
  { key: 'why', header: 'Your part', prose: true, cell: (row) => <YourPart row={row} me={me} act={act} /> },
];

function Effect({ summary, change }: { summary: Waiting['summary']; change: PriceChange | undefined }) {
  const counts = change?.impact.counts;
  return (
    <span className={styles.lines}>
      <span className={styles.outcomes}>
        {counts ? (
          (['raise', 'cut', 'blocked'] as const)
            .filter((outcome) => counts[outcome] > 0)
            .map((outcome) => {
              const { word, glyph, tone } = outcomeWord(outcome);
              return (
                <span key={outcome} data-tone={tone}>
                  <Glyph name={glyph} size={12} /> <span className="number">{formatCount(counts[outcome])}</span> {word.toLowerCase()}
                </span>
              );
            })
        ) : (
          <span className="number">{formatCount(summary.rows_to_apply)} prices</span>
        )}
        {counts && counts.raise + counts.cut + counts.blocked === 0 && 'No price changes.'}
      </span>
      {change?.impact.largest_change_pct && (
        <span className="muted">
          largest <PercentValue pct={change.impact.largest_change_pct} />
        </span>
      )}
      {summary.surface && <span className="muted">on {summary.surface}</span>}
    </span>
  );
}

/** The first few; the plan's own page has them all. */
const SAID_MAX = 3;

function Guardrails({ change }: { change: PriceChange }) {
  const said = saidByGuardrails(change);
  if (said.length === 0) return <span className="muted">Nothing to say</span>;
  return (
    <span className={styles.lines}>
      {said.slice(0, SAID_MAX).map((word) => (
        <Status key={word.word} word={word} quiet />
      ))}
      {said.length > SAID_MAX && <span className="muted">and {formatCount(said.length - SAID_MAX)} more</span>}
    </span>
  );
}

function AskedBy({ row: { summary, change } }: { row: Waiting }) {
  const note = change?.review_requested?.body ?? change?.note;
  return (
    <span className={styles.lines}>
      <span>{summary.author}</span>
      <span className="muted">
        asked <Instant at={waitingSince(summary, change)} />
      </span>
      {note && <q className={styles.note}>{note}</q>}
    </span>
  );
}

function YourPart({ row: { summary, change, problem }, me, act }: { row: Waiting; me: Me; act: Asked['act'] }) {
  if (change === undefined) return <span className="muted">{problem ? 'It could not be read. Open it to try again.' : 'Being read'}</span>;
  const why = `why-${summary.id}`;
  const allowed = (of: WaitingAct) => change.allowed.includes(of);
  return (
    <span className={styles.lines}>
      <span id={why}>{whyHere(change, me)}</span>
      {waitsFor(me, summary) && (
        <span className={styles.acts}>
          <Button size="xs" weight={change.changes_asked ? 'secondary' : 'primary'} blockedBy={allowed('approve') ? undefined : why} onClick={() => act('approve', change)}>
            Approve…<span className="visually-hidden"> {summary.title}</span>
          </Button>
          {allowed('ask_for_changes') && (
            <Button size="xs" onClick={() => act('ask_for_changes', change)}>
              Ask for changes…<span className="visually-hidden"> to {summary.title}</span>
            </Button>
          )}
          {allowed('reject') && (
            <Button size="xs" weight="quiet" onClick={() => act('reject', change)}>
              Decline…<span className="visually-hidden"> {summary.title}</span>
            </Button>
          )}
        </span>
      )}
    </span>
  );
}
