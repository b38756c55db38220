// Counts down in whole seconds.
import { useEffect, useState } from 'react';

const secondsLeft = (untilMs: number | null) => (untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - Date.now()) / 1_000)));

/** How many seconds are left until then; 0 when it is past or nobody knows. */
export function useSecondsLeft(untilMs: number | null): number {
  const [seconds, setSeconds] = useState(() => secondsLeft(untilMs));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const left = secondsLeft(untilMs);
      setSeconds(left);
      // Woken when the number changes next, so that it is never a second behind.
      if (untilMs !== null && left > 0) timer = setTimeout(tick, Math.max(50, untilMs - Date.now() - (left - 1) * 1_000));
    };
    tick();
    return () => clearTimeout(timer);
  }, [untilMs]);
  return seconds;
}
