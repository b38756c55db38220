// The way from the plan to the shop as a picture that is an ordered list.
import type { Schemas } from '../../api/client';
import { Glyph } from '../../ui/glyph';
import { stagesOf } from './approval-stages';
import styles from './approval-path.module.css';

export function ApprovalPath({ change }: { change: Schemas['PriceChange'] }) {
  return (
    <ol className={styles.path} aria-label="From the plan to the shop">
      {stagesOf(change).map(({ name, detail, word }) => (
        <li key={name} data-tone={word.tone}>
          <span className={styles.mark}>
            <Glyph name={word.glyph} size={16} />
          </span>
          <span className={styles.words}>
            <strong>{name}</strong> <span className={styles.state}>{word.word}</span>
            <span className={styles.detail}>{detail}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
