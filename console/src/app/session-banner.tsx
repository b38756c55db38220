// Says that the session has ended while the page was left as it is, and offers to sign in.
import { Button } from '../ui/button';
import { Glyph } from '../ui/glyph';
import { useAskAgain } from './session-end';
import styles from './banner.module.css';

export function SessionBanner() {
  const ask = useAskAgain();
  return (
    <div role="status">
      {ask !== null && (
        <div className={styles.banner} data-tone="warn">
          <Glyph name="warn" size={16} />
          <p>Your session has ended. What you see is no longer kept up to date, and nothing can be done until you sign in. What you typed stays.</p>
          <Button size="xs" onClick={ask}>
            Sign in again
          </Button>
        </div>
      )}
    </div>
  );
}
