// A status: glyph, word and colour together, so that none of them is needed to understand the other two.
import type { Word } from '../shared/words';
import { Glyph } from './glyph';
import styles from './status.module.css';

export function Status({ word, quiet = false }: { word: Word; quiet?: boolean }) {
  return (
    <span className={styles.status} data-tone={word.tone} data-quiet={quiet || undefined}>
      <Glyph name={word.glyph} size={13} />
      {word.word}
    </span>
  );
}
