// An explain trace as a list of steps, each with what came in, what went out and why; the stored text is one click away.
import { useState } from 'react';
import { readTrace } from '../shared/trace';
import { guardrailVerdict, humanised } from '../shared/words';
import { Button } from './button';
import { Status } from './status';
import styles from './trace.module.css';

export function TraceSteps({ trace, currency }: { trace: string; currency: string }) {
  const [raw, setRaw] = useState(false);
  const steps = readTrace(trace);
  return (
    <div>
      {raw || steps === null ? (
        <pre className={styles.raw} tabIndex={0}>
          {trace}
        </pre>
      ) : (
        <ol className={styles.steps} aria-label={`Steps in ${currency}`}>
          {steps.map((step, index) => (
            <li key={index} data-changed={(step.input !== null && step.input !== step.output) || undefined}>
              <div className={styles.line}>
                <span className={styles.kind}>
                  {humanised(step.kind)}
                  {step.verdict && <Status word={guardrailVerdict(step.verdict)} quiet />}
                </span>
                <span className="number">
                  {step.input !== null && step.input !== step.output && (
                    <>
                      <span className="muted">{step.input}</span> <span aria-hidden="true">→</span>
                      <span className="visually-hidden">becomes</span>{' '}
                    </>
                  )}
                  {step.output}
                </span>
              </div>
              {step.reason && <p className={styles.reason}>{step.reason}</p>}
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
