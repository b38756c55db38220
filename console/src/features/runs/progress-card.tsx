// How far a run is, counted in prices. The words are the truth; the picture repeats them.
import { useEffect, useState } from 'react';
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { targetState } from '../../shared/words';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { hasLostTouch, LinkState } from './link-state';
import { leftInWords, paceInWords } from './pace';
import { speak, type Live, type Spoken } from './live';
import { order, RunPicture } from './run-picture';
import { ShopLimit, useBudget, writesPerSecond } from './shop-limit';
import { usePace } from './use-pace';
import styles from './progress-card.module.css';

type Run = Schemas['Run'];

export function ProgressCard({ run, live }: { run: Run; live: Live }) {
  const left = run.counts.queued + run.counts.applying;
  const pace = usePace(run);
  const lost = hasLostTouch(live, run.settled);
  const budget = useBudget(run.channel_id, moves(run));
  return (
    <Card title={run.settled ? 'Result' : 'Progress'} aside={<LinkState live={live} settled={run.settled} />}>
      <div className={styles.progress}>
        <p className={styles.headline}>
          <strong className="number">{formatCount(run.settled ? run.counts.applied + run.counts.rolled_back : run.total - left)}</strong> of {countOf(run.total, 'price', 'prices')} {run.settled ? 'written' : 'settled'}
          {run.counts.verified > 0 && <>, {formatCount(run.counts.verified)} read back from the shop and found equal</>}
        </p>
        <p className={styles.shop}>{run.channel}</p>
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
        <RunPicture run={run} trail={pace.trail} limit={writesPerSecond(run, budget)} />
        {!run.settled && <Going run={run} pace={pace.now} left={left} stale={lost} budget={budget} />}
        <SpokenProgress run={run} lost={lost} />
      </div>
    </Card>
  );
}

/** Whether prices are being written. */
const moves = (run: Run) => run.state === 'applying' && run.stage !== 'soak';

/** What is worth knowing only while prices are written. Its clock is grey while nobody hears how it goes. */
function Going({ run, pace, left, stale, budget }: { run: Run; pace: number | null; left: number; stale: boolean; budget: Schemas['BudgetBody'] | null }) {
  const leftWords = leftInWords(left, pace);
  return (
    <>
      {moves(run) && pace !== null && pace > 0 && (
        <p className={stale ? 'muted' : undefined}>
          {paceInWords(pace)}
          {leftWords !== null && <>, {leftWords}</>}
          {stale && ', when last heard of'}.
        </p>
      )}
      {moves(run) && <ShopLimit budget={budget} />}
      {run.operation && (
        <p>
          The shop has carried out <span className="number">{formatCount(run.operation.products_done)}</span> of {countOf(run.operation.products, 'product', 'products')} in the bulk operation under way.
        </p>
      )}
      {run.in_bulk && <p className="muted">This run is written in the shop’s bulk operations: prices are settled many at a time, when an operation ends. A pause or stop takes hold before the next one.</p>}
      <p className="muted">Closing this page does not stop the run.</p>
    </>
  );
}

function SpokenProgress({ run, lost }: { run: Run; lost: boolean }) {
  const [spoken, setSpoken] = useState<Spoken | null>(null);
  useEffect(() => {
    setSpoken((last) => speak(last, run, Date.now()) ?? last);
  }, [run]);
  return (
    <p role="status" className="visually-hidden">
      {lost ? 'Lost touch with the run. Calibr tries again by itself.' : spoken?.text}
    </p>
  );
}
