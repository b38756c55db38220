// What became of a file's lines, or would: in one sentence, and every line that was refused or read differently by itself.
import type { FieldFault } from '../../api/problem';
import { countOf, formatCount } from '../../shared/format';
import { Glyph } from '../../ui/glyph';
import type { Outcome } from './imports';
import styles from './import-report.module.css';

/** More lines than these are read in the file, not in a dialog. */
const SHOWN_MAX = 100;

export function ImportReport({ outcome, tried }: { outcome: Outcome; tried: boolean }) {
  const { words, refusedCount, refused, changed } = outcome;
  return (
    <div className={styles.report}>
      <p role="status">
        <Glyph name={refusedCount > 0 ? 'warn' : 'check'} /> {tried ? 'The file holds' : 'Taken:'} {words}
        {refusedCount > 0 && ` ${countOf(refusedCount, 'line', 'lines')} ${tried ? 'will be' : refusedCount === 1 ? 'was' : 'were'} refused; the others ${tried ? 'go in' : 'are in'}.`}
      </p>
      <Lines title="Refused lines" head="What is wrong, and how to mend it" lines={refused} count={refusedCount} />
      <Lines title="Read differently than written" head="How it was read" lines={changed} count={changed.length} />
    </div>
  );
}

function Lines({ title, head, lines, count }: { title: string; head: string; lines: FieldFault[]; count: number }) {
  if (lines.length === 0) return null;
  const shown = lines.slice(0, SHOWN_MAX);
  return (
    <>
      <div className={styles.lines} tabIndex={0} role="group" aria-label={title}>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">{head}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ pointer, detail }, index) => (
              <tr key={index}>
                <th scope="row">{pointer}</th>
                <td>{detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {count > shown.length && (
        <p className="muted">
          The first {formatCount(shown.length)} of {formatCount(count)} are shown.
        </p>
      )}
    </>
  );
}
