// Who is signed in. When the session ends under an open page, the page stays and asks for the password over it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { $api, type Schemas } from '../api/client';
import { ApiProblem } from '../api/problem';
import { SignInAgain } from '../features/accounts/sign-in-again';
import { ProblemPanel } from '../ui/problem-panel';
import { Alone } from './alone';
import { AskAgainProvider, useSessionEnd } from './session-end';

export type Me = Schemas['Me'];

export const sessionQuery = $api.queryOptions('get', '/api/v1/session', {}, { staleTime: 60_000 });

const MeContext = createContext<Me | null>(null);

export const MeProvider = MeContext.Provider;

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error('This page needs somebody signed in.');
  return me;
}

export function RequireSession({ children }: { children: ReactNode }) {
  const location = useLocation();
  const queries = useQueryClient();
  const { end, ask, leave, over } = useSessionEnd();
  const session = useQuery(sessionQuery);

  if (session.data === undefined) {
    if (session.error instanceof ApiProblem && session.error.status === 401) {
      const next = encodeURIComponent(location.pathname + location.search);
      return <Navigate to={location.pathname === '/' ? '/login' : `/login?next=${next}`} replace />;
    }
    return session.error ? (
      <Alone title="Calibr could not see who you are">
        <ProblemPanel problem={session.error} onRetry={() => void session.refetch()} />
      </Alone>
    ) : (
      <Alone title="Loading" quiet />
    );
  }
  return (
    <MeContext value={session.data}>
      <AskAgainProvider value={end === 'left' ? ask : null}>{children}</AskAgainProvider>
      <SignInAgain
        opened={end === 'asks'}
        email={session.data.email}
        onDone={() => {
          over();
          void queries.invalidateQueries();
        }}
        onClose={leave}
      />
    </MeContext>
  );
}
