// Filters as toggles with their counts.
import type { Word } from '../shared/words';
import { formatCount } from '../shared/format';
import { Glyph } from './glyph';
import styles from './chips.module.css';

export interface Chip {
  value: string;
  word: Word;
  count?: number | undefined;
}

export function Chips({ label, chips, chosen, onToggle, onClear }: { label: string; chips: Chip[]; chosen: string[]; onToggle: (value: string) => void; onClear: () => void }) {
  return (
    <div className={styles.chips} role="group" aria-label={label}>
      <button type="button" aria-pressed={chosen.length === 0} onClick={onClear}>
        All
      </button>
      {chips.map((chip) => (
        <button key={chip.value} type="button" data-tone={chip.word.tone} aria-pressed={chosen.includes(chip.value)} onClick={() => onToggle(chip.value)}>
          <Glyph name={chip.word.glyph} size={12} />
          {chip.word.word}
          {chip.count !== undefined && <span className="number">{formatCount(chip.count)}</span>}
        </button>
      ))}
    </div>
  );
}
