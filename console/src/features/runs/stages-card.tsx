// Where a run is: its stages in order, and what a first wave is watched for.
import type { Schemas } from '../../api/client';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { Status } from '../../ui/status';
import { Instant } from '../../ui/values';
import { formatWait, stageWord, stagesOf } from './stages';
import styles from './stages-card.module.css';

type Run = Schemas['Run'];
type Canary = Schemas['Canary'];

export function StagesCard({ run }: { run: Run }) {
  const stages = stagesOf(run);
  const current = stages.findIndex(({ state }) => state === 'now' || state === 'held');
  return (
    <Card title="Stages">
      <ol className={styles.stages}>
        {stages.map((stage, index) => {
          const word = stageWord(stage.state);
          return (
            <li key={stage.name} data-state={stage.state} aria-current={index === current ? 'step' : undefined}>
              <span className={styles.mark}>
                <Glyph name={word.glyph} size={14} />
              </span>
              <span>
                <span className={styles.name}>{stage.name}</span>
                <span className={styles.detail}>
                  {word.word}
                  {stage.detail !== undefined && <>, {stage.detail}</>}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
      {run.canary && <Watch run={run} canary={run.canary} />}
    </Card>
  );
}

const verdicts = {
  pass: { word: 'Passed', glyph: 'check', tone: 'ok' },
  fail: { word: 'Failed', glyph: 'cross', tone: 'blocked' },
  inconclusive: { word: 'Nobody can tell', glyph: 'warn', tone: 'warn' },
} as const;

/** What Calibr looks for before the rest is written, and what it found. */
function Watch({ run, canary }: { run: Run; canary: Canary }) {
  const verdict = verdicts[canary.verdict as keyof typeof verdicts] as (typeof verdicts)[keyof typeof verdicts] | undefined;
  return (
    <section className={styles.watch} aria-label="First wave">
      {verdict ? <Status word={verdict} /> : <strong>Watching before the rest is written</strong>}
      {canary.reason && <p>{canary.reason}</p>}
      {!canary.verdict && !run.settled && (
        <p>
          {canary.watched_until ? (
            <>
              The first wave is written and is watched until <Instant at={canary.watched_until} absolute />.
            </>
          ) : (
            <>Once the first wave is written it is watched for {formatWait(canary.wait_s)}.</>
          )}
        </p>
      )}
      <ul className={styles.checks}>
        <li>The shop refuses none of its prices.</li>
        <li>Nobody changes one of them in the shop.</li>
        <li>The rest would still come out as planned, within the guardrails.</li>
      </ul>
      <p className="muted">If all hold the rest is written. If one does not, what was written is taken back. If nobody can tell, the run pauses.</p>
    </section>
  );
}
