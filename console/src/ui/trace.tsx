// An explain trace as a picture and as a list of steps, each with what came in, what went out and why; the stored text is one click away.
import { useState } from 'react';
import { guardrailName } from '../shared/guardrails';
import { spanOf } from '../shared/limits';
import { readTrace, type TraceStep } from '../shared/trace';
import { guardrailVerdict, humanised } from '../shared/words';
import { Bullet } from './bullet';
import { Button } from './button';
import { Status } from './status';
import { Waterfall } from './waterfall';
import styles from './trace.module.css';

export function TraceSteps({ trace, currency }: { trace: string; currency: string }) {
  const [raw, setRaw] = useState(false);
  const steps = readTrace(trace);
  return (
    <div>
      {!raw && steps !== null && <Waterfall steps={steps} currency={currency} />}
      {raw || steps === null ? (
        <pre className={styles.raw} tabIndex={0}>
          {trace}
        </pre>
      ) : (
        <ol className={styles.steps} aria-label={`Steps in ${currency}`}>
          {steps.map((step, index) => (
            <li key={index} data-tone={step.verdict === null ? undefined : guardrailVerdict(step.verdict).tone} data-changed={(step.input !== null && step.input !== step.output) || undefined}>
              <div className={styles.line}>
                <span className={styles.kind}>
                  {step.verdict === null ? humanised(step.kind) : guardrailName(step.kind)}
                  {step.verdict && <Status word={guardrailVerdict(step.verdict)} quiet />}
                </span>
                <span className="number">
                  {step.input !== null && step.input !== step.output && (
                    <>
                      <span className="muted">{step.input}</span> <span aria-hidden="true">→</span>
                      <span className="visually-hidden">becomes</span>{' '}
                    </>
                  )}
                  <LimitPicture step={step} />
                  {step.output ?? step.value}
                </span>
              </div>
              {(step.reason ?? step.limit) !== null && (
                <p className={styles.reason}>
                  {step.reason} {step.limit !== null && <LimitOf step={step} />}
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
      {steps !== null && (
        <Button size="xs" weight="quiet" onClick={() => setRaw(!raw)}>
          {raw ? 'Show the steps' : 'Show the stored text'}
        </Button>
      )}
    </div>
  );
}

function LimitPicture({ step }: { step: TraceStep }) {
  const span = spanOf(step);
  return span && step.verdict !== null ? <Bullet span={span} tone={guardrailVerdict(step.verdict).tone} /> : null;
}

/** What a limit or guardrail held the price against. */
function LimitOf({ step }: { step: TraceStep }) {
  return (
    <>
      <span className="visually-hidden">the limit</span> <span className={styles.limit}>{step.limit}</span>
    </>
  );
}
