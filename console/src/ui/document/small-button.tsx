// A small button with a drawing; its words are for who hears the page, and stand in the tooltip.
import type { GlyphName } from '../../shared/words';
import { Glyph } from '../glyph';
import styles from './document.module.css';

interface SmallButtonProps {
  glyph: GlyphName;
  label: string;
  /** Stays in reach of the keyboard, so that the focus is not lost at the end of a list. */
  blocked?: boolean;
  onClick: () => void;
}

export function SmallButton({ glyph, label, blocked = false, onClick }: SmallButtonProps) {
  return (
    <button type="button" className={styles.small} aria-label={label} title={label} aria-disabled={blocked || undefined} onClick={() => !blocked && onClick()}>
      <Glyph name={glyph} size={12} />
    </button>
  );
}
