// The card of the guided tour. It stands beside the page and never over its keyboard: Esc leaves it, and it remembers.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { api } from '../../api/client';
import { mayAct } from '../../app/rights';
import { useMe } from '../../app/session';
import { Button, ButtonLink } from '../../ui/button';
import { Glyph } from '../../ui/glyph';
import { useLook } from './look';
import { leaveTour, moveTour, noteOnTour, useTour } from './progress';
import { isDone, stops, whereTo, type Seen, type Stop } from './stops';
import { whoCan } from './who-can';
import styles from './tour.module.css';

const LOOK_EVERY_MS = 2_500;

export default function TourCard({ project }: { project: string }) {
  const tour = useTour();
  const stop = stops[tour.stop];
  const seen = useSeen(project);
  const heading = useRef<HTMLHeadingElement>(null);
  useLook(stop);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [tour.stop]);
  useEscape();

  return (
    <aside id="tour" className={styles.card} aria-label="Guided tour" tabIndex={-1}>
      {stop === undefined ? (
        <>
          <h2 ref={heading} tabIndex={-1}>
            That was the whole way
          </h2>
          <p>You planned a price change, read why each price changes, had it approved, applied it and took it back. The audit has every step of it.</p>
          <div className={styles.acts}>
            <ButtonLink to={`/${project}/audit`}>See the audit</ButtonLink>
            <Button weight="primary" onClick={leaveTour}>
              End the tour
            </Button>
          </div>
        </>
      ) : (
        <OneStop stop={stop} project={project} seen={seen} heading={heading} />
      )}
    </aside>
  );
}

function OneStop({ stop, project, seen, heading }: { stop: Stop; project: string; seen: Seen; heading: React.RefObject<HTMLHeadingElement | null> }) {
  const me = useMe();
  const navigate = useNavigate();
  const { stop: index, change } = useTour();
  const done = isDone(stop, seen);
  const to = whereTo(stop, project, change);
  const goTo = (next: number) => {
    moveTour(next);
    const place = stops[next];
    if (place) void navigate(whereTo(place, project, change));
  };
  const page = to.split('?')[0]!;
  const there = seen.path === page || seen.path.startsWith(`${page}/`);
  return (
    <>
      <p className={styles.count}>
        Stop {index + 1} of {stops.length}
      </p>
      <h2 ref={heading} tabIndex={-1}>
        {stop.title}
      </h2>
      <p>{stop.text}</p>
      <p className={styles.act}>{stop.act}</p>
      {!done && !mayAct(me.role, stop.role) && <p className={styles.who}>{whoCan(stop.role, me)}</p>}
      {!done && stop.id === 'approval' && mayAct(me.role, stop.role) && <p className={styles.who}>If you planned it yourself, the button is blocked and says so.</p>}
      <p role="status" className={styles.done}>
        {done && (
          <>
            <Glyph name="check" /> Done.
          </>
        )}
      </p>
      <div className={styles.acts}>
        <Button weight="quiet" size="xs" onClick={leaveTour}>
          Leave the tour
        </Button>
        {index > 0 && (
          <Button size="xs" onClick={() => goTo(index - 1)}>
            Back
          </Button>
        )}
        {!there && (
          <ButtonLink size="xs" weight={done ? 'secondary' : 'primary'} to={to}>
            Take me there
          </ButtonLink>
        )}
        <Button size="xs" weight={done ? 'primary' : 'secondary'} onClick={() => goTo(index + 1)}>
          {done ? 'Next stop' : 'Skip this stop'}
        </Button>
      </div>
    </>
  );
}

/** What the reader has done so far, asked of the server and read from the address. */
function useSeen(project: string): Seen {
  const { pathname, search } = useLocation();
  const { stop, change, traced } = useTour();
  const here = /\/price-changes\/(pch_[0-9a-z]+)/.exec(pathname)?.[1] ?? null;
  const rowOpen = here !== null && /[?&]row=/.test(search);

  useEffect(() => {
    // From the plan to its reading the price change on screen is the one that is meant; later another may be looked at.
    if (here !== null && here !== change && (stop === 2 || stop === 3)) noteOnTour({ change: here });
    if (rowOpen && !traced) noteOnTour({ traced: true });
  }, [here, change, stop, rowOpen, traced]);

  const rules = useQuery({
    queryKey: ['frame', 'tour', 'rules', project],
    queryFn: async ({ signal }) => (await api.GET('/api/v1/rules', { params: { query: { project, limit: 1 } }, signal })).data!.data.length,
    refetchInterval: stop === 1 ? LOOK_EVERY_MS : false,
  });
  const state = useQuery({
    queryKey: ['frame', 'tour', 'state', change],
    queryFn: async ({ signal }) => (await api.GET('/api/v1/price-changes/{id}', { params: { path: { id: change ?? '' } }, signal })).data!.state,
    enabled: change !== null,
    refetchInterval: stop >= 4 ? LOOK_EVERY_MS : false,
  });
  return { path: pathname, rules: rules.data ?? 0, change, state: change === null ? null : (state.data ?? null), traced };
}

/** Esc leaves, unless something that is open wants the key for itself. */
function useEscape() {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const free = target === document.body || target?.id === 'main' || target?.tagName === 'H1' || target?.closest('#tour') != null;
      if (event.key === 'Escape' && !event.defaultPrevented && free && document.querySelector('[role=dialog]') === null) leaveTour();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
