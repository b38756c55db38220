// Of an instant in an hour that the clocks showed twice: which of the two is meant, and the other one to choose.
import { meaningOf, wallClock } from '../shared/wall-clock';
import { Button } from './button';
import styles from './which-of-two.module.css';

const MINUTE_MS = 60_000;

/** Nothing for any other instant. `of` says what the time is of, for people who hear the page. */
export function WhichOfTwo({ of, at, zone, onChoose }: { of: string; at: string; zone: string; onChoose: (instant: string) => void }) {
  const meaning = meaningOf(wallClock(Date.parse(at), zone), zone);
  if (meaning.kind !== 'fold') return null;
  const isMeant = (instant: string) => Math.floor(Date.parse(at) / MINUTE_MS) * MINUTE_MS === Date.parse(instant);
  return (
    <span role="group" aria-label={`Which of the two, ${of}`} className={styles.which}>
      <span role="status">The clocks showed this time twice.</span>
      {(['earlier', 'later'] as const).map((which) => (
        <Button key={which} size="xs" weight={isMeant(meaning[which]) ? 'primary' : 'secondary'} pressed={isMeant(meaning[which])} onClick={() => onChoose(meaning[which])}>
          {`The ${which} (${wallClock(Date.parse(meaning[which]), 'UTC').slice(11)} UTC)`}
        </Button>
      ))}
    </span>
  );
}
