// Whether the page is live; when not, since when and until when, so that old figures are never taken for new ones.
import { useProject } from '../../app/project';
import { formatClock } from '../../shared/format';
import { Glyph } from '../../ui/glyph';
import type { Live } from './live';
import { useSecondsLeft } from './use-seconds-left';
import styles from './link-state.module.css';

/** Of a run that is over there is nothing left to be heard. */
export const hasLostTouch = (live: Live, settled: boolean): boolean => !settled && live.link === 'lost';

export function LinkState({ live, settled }: { live: Live; settled: boolean }) {
  if (settled || live.link === 'ended') return null;
  if (live.link === 'connecting') return <span className="muted">Connecting</span>;
  if (live.link === 'lost') return <Lost heardAtMs={live.heardAtMs} retryAtMs={live.retryAtMs} />;
  return (
    <span className={styles.live}>
      <Glyph name="live" size={12} /> Live
    </span>
  );
}

function Lost({ heardAtMs, retryAtMs }: { heardAtMs: number | null; retryAtMs: number | null }) {
  const zone = useProject().time_zone;
  const seconds = useSecondsLeft(retryAtMs);
  return (
    <span className={styles.lost}>
      <Glyph name="warn" size={12} />
      <span>
        Not live.{heardAtMs !== null && <span className="muted"> Last update {formatClock(new Date(heardAtMs).toISOString(), zone)}.</span>} {seconds > 0 ? `Reconnecting in ${seconds} s.` : 'Reconnecting now.'}
      </span>
    </span>
  );
}
