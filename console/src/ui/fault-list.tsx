// The faults of a text, each with its line and pointer; choosing one puts the cursor there.
import type { FieldFault } from '../api/problem';
import { countOf } from '../shared/format';
import { placedFault } from '../shared/faults';
import { Glyph } from './glyph';
import styles from './fault-list.module.css';

export function FaultList({ faults, checking, onGoTo }: { faults: FieldFault[]; checking: boolean; onGoTo: (line: number) => void }) {
  return (
    <div className={styles.faults}>
      <p role="status" className={faults.length > 0 ? styles.faulty : styles.valid}>
        <Glyph name={checking ? 'wait' : faults.length > 0 ? 'blocked' : 'check'} />
        {checking ? 'Checking' : faults.length > 0 ? `${countOf(faults.length, 'fault', 'faults')} to mend` : 'Valid'}
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
