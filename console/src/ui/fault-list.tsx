// The faults of a text, each with its line and pointer; choosing one puts the cursor there.
import type { FieldFault } from '../api/problem';
import { placedFault } from '../shared/faults';
import { verdictOf, type Checked } from '../shared/verdict';
import { Glyph } from './glyph';
import styles from './fault-list.module.css';

const classes: Record<string, string | undefined> = { ok: styles.valid, blocked: styles.faulty };

export function FaultList({ faults, checked, onGoTo }: { faults: FieldFault[]; checked: Checked; onGoTo: (line: number) => void }) {
  const { word, glyph, tone } = verdictOf(checked, faults);
  return (
    <div className={styles.faults}>
      <p role="status" className={classes[tone]}>
        <Glyph name={glyph} />
        {word}
      </p>
      {faults.length > 0 && (
        <ul>
          {faults.map(placedFault).map((fault) => (
            <li key={`${fault.line} ${fault.pointer} ${fault.detail}`}>
              {fault.line === null ? (
                <code>{fault.pointer || '/'}</code>
              ) : (
                <button type="button" className={styles.goTo} onClick={() => onGoTo(fault.line!)}>
                  line {fault.line}
                </button>
              )}{' '}
              {fault.line !== null && fault.pointer && <code>{fault.pointer}</code>} {fault.detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
