// Choosing rows: one by one, or with Shift everything since the last one.
import { useRef } from 'react';
import { placesBetween } from './table-keys';
import styles from './table.module.css';

export interface Selection<T> {
  /** Keys of the chosen rows. */
  chosen: ReadonlySet<string>;
  onChoose: (keys: string[], chosen: boolean) => void;
  /** Names a row in the label of its box. */
  label: (row: T) => string;
}

interface Choosing {
  toggle: (place: number, range: boolean) => void;
}

export function useChoosing<T>(selection: Selection<T> | undefined, rows: readonly T[], rowKey: (row: T) => string): Choosing | null {
  const last = useRef<number | null>(null);
  if (selection === undefined) return null;
  const toggle = (place: number, range: boolean) => {
    const row = rows[place];
    if (row === undefined) return;
    const on = !selection.chosen.has(rowKey(row));
    const places = range && last.current !== null ? placesBetween(last.current, place) : [place];
    last.current = place;
    selection.onChoose(places.flatMap((each) => (rows[each] === undefined ? [] : [rowKey(rows[each])])), on);
  };
  return { toggle };
}

export function ChooseHead() {
  return (
    <th scope="col" role="columnheader" className={styles.choose}>
      <span className="visually-hidden">Chosen</span>
    </th>
  );
}

export function ChooseCell({ label, chosen, tabIndex, onToggle }: { label: string; chosen: boolean; tabIndex?: number; onToggle: (range: boolean) => void }) {
  return (
    <td role="cell" className={styles.choose} data-label="Choose">
      <label>
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Choose ${label}`}
          aria-keyshortcuts="x"
          {...(tabIndex === undefined ? {} : { tabIndex })}
          onChange={(event) => onToggle(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
        />
      </label>
    </td>
  );
}
