// How far a run is, counted in prices. The words are the truth; the bar repeats them and is hidden from readers.
import { useEffect, useState } from 'react';
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { targetState } from '../../shared/words';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { speak, type Live, type Spoken } from './live';
import styles from './progress-card.module.css';

type Run = Schemas['Run'];

const order = ['applied', 'rolled_back', 'failed', 'conflict', 'skipped', 'applying', 'queued'] as const;

export function ProgressCard({ run, live }: { run: Run; live: Live }) {
  const settledCount = run.total - run.counts.queued - run.counts.applying;
  return (
    <Card title={run.settled ? 'Result' : 'Progress'} aside={<LinkState live={live} settled={run.settled} />}>
      <div className={styles.progress}>
        <p className={styles.headline}>
          <strong className="number">{formatCount(run.settled ? run.counts.applied + run.counts.rolled_back : settledCount)}</strong> of {countOf(run.total, 'price', 'prices')} {run.settled ? 'written' : 'settled'}
          {run.counts.verified > 0 && <>, {formatCount(run.counts.verified)} read back from the shop and found equal</>}
        </p>
        <div className={styles.bar} aria-hidden="true">
          {order.map((state) => (run.counts[state] > 0 ? <span key={state} data-state={state} style={{ flexGrow: run.counts[state] }} /> : null))}
        </div>
        <ul className={styles.counts}>
          {order
            .filter((state) => run.counts[state] > 0)
            .map((state) => {
              const { word, glyph } = targetState(state);
              return (
                <li key={state} data-state={state}>
                  <Glyph name={glyph} size={13} />
                  <span className="number">{formatCount(run.counts[state])}</span> {word.toLowerCase()}
                </li>
              );
            })}
        </ul>
        {!run.settled && <p className="muted">Closing this page does not stop the run.</p>}
        <SpokenProgress run={run} />
      </div>
    </Card>
  );
}

/** Whether the page is live; when not, since when, so that old figures are never taken for new ones. */
function LinkState({ live, settled }: { live: Live; settled: boolean }) {
  if (settled || live.link === 'ended') return null;
  if (live.link === 'live') {
    return (
      <span className={styles.live}>
        <Glyph name="live" size={12} /> Live
      </span>
    );
  }
  if (live.link === 'connecting') return <span className="muted">Connecting</span>;
  const since = live.heardAtMs === null ? '' : ` Last update ${new Date(live.heardAtMs).toLocaleTimeString()}.`;
  return <span className={styles.lost}>Not live.{since} Reconnecting.</span>;
}

function SpokenProgress({ run }: { run: Run }) {
  const [spoken, setSpoken] = useState<Spoken | null>(null);
  useEffect(() => {
    setSpoken((last) => speak(last, run, Date.now()) ?? last);
  }, [run]);
  return (
    <p role="status" className="visually-hidden">
      {spoken?.text}
    </p>
  );
}
