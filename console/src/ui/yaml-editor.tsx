// A YAML text with its line numbers and, under it, the faults that the server found; choosing a fault puts the cursor there.
import { useId, useRef } from 'react';
import type { FieldFault } from '../api/problem';
import { lineSpan, placedFault } from '../shared/faults';
import type { Checked } from '../shared/verdict';
import { FaultList } from './fault-list';
import styles from './yaml-editor.module.css';

interface YamlEditorProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
  faults: FieldFault[];
  checked: Checked;
  /** Id of the place with the faults, for a button that they block. */
  faultsId: string;
}

const LINES_MIN = 18;

export function YamlEditor({ label, text, onChange, faults, checked, faultsId }: YamlEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const lineCount = Math.max(LINES_MIN, text.split('\n').length + 1);
  const goTo = (line: number) => {
    const [from, to] = lineSpan(text, line);
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  };
  return (
    <>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <div className={styles.sheet}>
        <LineNumbers count={lineCount} faulty={faults.map((fault) => placedFault(fault).line)} />
        <textarea
          id={id}
          ref={area}
          className={styles.text}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          spellCheck={false}
          autoComplete="off"
          wrap="off"
          rows={lineCount}
          aria-invalid={faults.length > 0}
          aria-describedby={faultsId}
        />
      </div>
      <div id={faultsId}>
        <FaultList faults={faults} checked={checked} onGoTo={goTo} />
      </div>
    </>
  );
}

function LineNumbers({ count, faulty }: { count: number; faulty: (number | null)[] }) {
  return (
    <div className={styles.numbers} aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <span key={index} data-faulty={faulty.includes(index + 1) || undefined}>
          {index + 1}
        </span>
      ))}
    </div>
  );
}
