// What a reader can do about a refusal that the server cannot know: a mistyped address, a missing right, a busy server.
import { asProblem, isRefusal, type ApiProblem } from '../api/problem';
import { idInPath } from '../shared/ids';

/** Whether an address asks for what the server does not know. */
export const isUnfit = (thrown: unknown) => asProblem(thrown).code === 'query.invalid';

/** One sentence to go with the server's own, or null where that says it all. */
export function hintFor(problem: ApiProblem, pathname: string): string | null {
  switch (problem.status) {
    case 400:
      return isUnfit(problem) ? 'A filter in the address of this page is not one that Calibr knows.' : null;
    case 403:
      return 'Nothing was changed. An admin of your organisation can give you another role.';
    case 404: {
      const meant = idInPath(pathname);
      if (meant === null || !problem.message.includes(meant.id)) return null;
      return `${meant.id} has the form of the id of ${meant.kind.one}. It may belong to another organisation, or a part of it may be missing.`;
    }
    case 428:
      return 'Nothing was changed. This page did not say which version it changes, as when it is older than the server. Copy what you typed, and reload.';
    case 429:
      return 'Nothing was done. The server takes a limited number of requests per minute from each caller; wait a moment and try again.';
    case 503:
      return !isRefusal(problem) ? null : 'Nothing was done. The server is up but cannot work just now; it usually can again within a minute.';
    default:
      return null;
  }
}
