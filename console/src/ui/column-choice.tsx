// Which columns of a table are shown: a button that opens a box for each. The one that names the row always is.
import { useEffect, useRef, useState } from 'react';
import { askedColumns } from '../shared/columns';
import { countOf } from '../shared/format';
import { Button } from './button';
import { Check } from './check';
import { Panel } from './panel';
import styles from './column-choice.module.css';

interface ColumnChoiceProps {
  /** All there are, in the table's order. */
  columns: readonly { key: string; header: string; names?: boolean }[];
  usual: readonly string[];
  shown: readonly string[];
  /** Called with what the address has to say: nothing for the usual columns. */
  onChoose: (asked: string[]) => void;
}

export function ColumnChoice({ columns, usual, shown, onChoose }: ColumnChoiceProps) {
  const [opened, setOpened] = useState(false);
  const all = columns.map(({ key }) => key);
  // The address follows a press a moment later; the next press counts from what was chosen, not from what is seen.
  const chosen = useRef(shown);
  const seen = shown.join();
  useEffect(() => void (chosen.current = seen.split(',')), [seen]);
  const choose = (keys: readonly string[]) => {
    chosen.current = keys;
    onChoose(askedColumns(all, usual, keys));
  };
  const toggle = (key: string, on: boolean) => choose(on ? [...chosen.current, key] : chosen.current.filter((other) => other !== key));
  return (
    <Panel label="Columns" opened={opened} onOpened={setOpened} width="20rem" target={<Button onClick={() => setOpened(!opened)}>Columns…</Button>}>
      <p className="muted" role="status">
        {countOf(shown.length, 'column', 'columns')} of {columns.length} shown.
      </p>
      <div className={styles.boxes} role="group" aria-label="Shown columns">
        {columns.map(({ key, header, names }) => (
          <Check key={key} label={names ? `${header} (always)` : header} checked={shown.includes(key)} disabled={names ?? false} onChange={(on) => toggle(key, on)} />
        ))}
      </div>
      <Button size="xs" onClick={() => choose(usual)}>
        Show the usual columns
      </Button>
    </Panel>
  );
}
