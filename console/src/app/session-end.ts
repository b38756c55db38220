// What is done about a session that ended under an open page: asked at once, and after "Leave this page as it is" only when
// somebody acts; what looks by itself now and then is no act.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import { onSignedOut } from '../api/client';
import { ApiProblem } from '../api/problem';

type End = 'none' | 'asks' | 'left';

export function useSessionEnd() {
  const queries = useQueryClient();
  const [end, setEnd] = useState<End>('none');

  useEffect(() => onSignedOut(() => setEnd((now) => (now === 'left' ? now : 'asks'))), []);

  useEffect(() => {
    if (end !== 'left') return undefined;
    const acts = queries.getMutationCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'error') return;
      const problem: unknown = event.action.error;
      if (problem instanceof ApiProblem && problem.status === 401) setEnd('asks');
    });
    // Who signed in again in another tab is signed in here too.
    const answers = queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'success' || event.action.manual) return;
      if (!ASKED_BY_ANYBODY.includes(String(event.query.queryKey[1]))) setEnd('none');
    });
    return () => {
      acts();
      answers();
    };
  }, [end, queries]);

  return { end, ask: () => setEnd('asks'), leave: () => setEnd('left'), over: () => setEnd('none') };
}

/** Queries of the frame that are answered without a session. */
const ASKED_BY_ANYBODY = ['health', 'version'];

/** Set while the session has ended and the page was left as it is: asks for the password after all. */
const AskAgain = createContext<(() => void) | null>(null);

export const AskAgainProvider = AskAgain.Provider;

export const useAskAgain = () => useContext(AskAgain);
