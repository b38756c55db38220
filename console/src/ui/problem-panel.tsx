// A problem where it happened: what happened, what to do, and the request id to ask about. The rest of the page stays.
import { asProblem, isRefusal, isSilence } from '../api/problem';
import { Button } from './button';
import { Glyph } from './glyph';
import { hintFor } from './problem-hint';
import styles from './problem-panel.module.css';

interface ProblemPanelProps {
  problem: unknown;
  /** What the refused act did not do. It is said only where that is known. */
  notDone?: string;
  /** What is still on screen, and from when. */
  still?: string;
  onRetry?: () => void;
}

export function ProblemPanel({ problem: thrown, notDone, still, onRetry }: ProblemPanelProps) {
  const problem = asProblem(thrown);
  // Of what was only read there is nothing to say about whether it arrived.
  const said = isSilence(problem) && onRetry && notDone === undefined ? '' : problem.message;
  const hint = hintFor(problem, location.pathname);
  return (
    <div className={styles.panel} role="alert">
      <span className={styles.glyph}>
        <Glyph name="warn" size={18} />
      </span>
      <div className={styles.body}>
        <strong>{said || `${problem.title}${isSilence(problem) ? '.' : ''}`}</strong>
        {notDone && <p>{isRefusal(problem) ? notDone : 'What you typed stays.'}</p>}
        {still && <p>{still}</p>}
        {hint && <p>{hint}</p>}
        {problem.faults.length > 0 && (
          <ul className={styles.faults}>
            {problem.faults.slice(0, 20).map((fault) => (
              <li key={fault.pointer + fault.code}>
                <code>{fault.pointer || '/'}</code> {fault.detail}
              </li>
            ))}
          </ul>
        )}
        {(problem.requestId !== null || said !== '') && (
          <p className={styles.request}>
            {said !== '' && `${problem.title}. `}
            {problem.requestId && (
              <>
                Request <code>{problem.requestId}</code>
              </>
            )}
          </p>
        )}
      </div>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
