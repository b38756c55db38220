// The one way to the API: typed by schemas/openapi.json, every failure an ApiProblem.
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import { QueryClient } from '@tanstack/react-query';
import { keyRefused } from './intent';
import { ApiProblem, problemFromResponse, problemFromSilence } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

type SignedOutListener = () => void;
let signedOut: SignedOutListener = () => {};

/** Called whenever a request is refused because the session ended. */
export function onSignedOut(listener: SignedOutListener) {
  signedOut = listener;
}

const failures: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    if (response.ok) return undefined;
    if (response.status === 401 && !schemaPath.endsWith('/session')) signedOut();
    const problem = await problemFromResponse(response);
    // What is still under way under its key goes on under it.
    if (problem.status < 500 && problem.code !== 'idempotency.in_flight') keyRefused(request.headers.get('Idempotency-Key'));
    throw problem;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return error instanceof ApiProblem ? error : problemFromSilence();
  },
};

// The browser's fetch is looked up at each call, so that the state gallery can answer in the server's place.
export const api = createFetchClient<paths>({ baseUrl: '', credentials: 'same-origin', fetch: (request) => fetch(request) });
api.use(failures);

export const $api = createClient(api);

// A refusal does not become an acceptance by asking again; silence and a struggling server may pass.
const mayPass = (error: Error) => !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (failed, error) => failed < 2 && mayPass(error), refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});
