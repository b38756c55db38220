// One screen in one state: the console's own routes and providers over the canned API, brought there and then left to rest.
import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryRouter, RouterProvider, type RouteObject } from 'react-router';
import { queryClient } from '../api/client';
import { routes } from '../app/router';
import { CannedApi, type Answers, type Bend } from './canned';
import { hand } from './hand';
import type { Bends, Over, Screen, Shown } from './states';
import { world } from './world/answers';
import { meAs } from './world/people';

const NEWER_PAGE = '<div id="root"></div><script type="module" src="/assets/newer.js"></script>';

/** Gives what to draw, and what to do once it is drawn. */
export function showScreen(screen: Screen | Over, shown: Shown) {
  for (const [name, text] of Object.entries(shown.kept ?? {})) localStorage.setItem(name, text);
  const api = new CannedApi(merged(merged(world, { '/api/v1/session': { get: meAs(shown.role ?? 'editor') } }), shown.answers ?? {}));
  api.bend(asMap(shown.bends));
  api.install(shown.newer ? NEWER_PAGE : null);
  // Asking again would only keep the page from standing still.
  queryClient.setDefaultOptions({ queries: { ...queryClient.getDefaultOptions().queries, retry: false } });
  const router = createMemoryRouter(shown.newer === 'lost' ? routes.map(withoutCode) : routes, { initialEntries: [shown.path ?? screen.path] });
  // Every screen has its one heading; before it stands, its answers may be there and nothing of it drawn.
  const atRest = () => quiet(() => api.underWay > 0 || !router.state.initialized || router.state.navigation.state !== 'idle' || document.querySelector('h1') === null);

  const bringAbout = async () => {
    await atRest();
    if (shown.later) {
      api.bend(asMap({ ...shown.bends, ...shown.later }));
      void queryClient.invalidateQueries();
      await atRest();
    }
    if (shown.act) {
      await shown.act(hand);
      await atRest();
    }
    document.documentElement.dataset['ready'] = '';
  };
  return {
    element: (
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    ),
    bringAbout,
  };
}

/** As after a release, when the server has no longer what this console would load. */
function withoutCode(route: RouteObject): RouteObject {
  if (route.index) return { ...route, lazy: lost };
  return { ...route, ...(route.lazy ? { lazy: lost } : {}), ...(route.children ? { children: route.children.map(withoutCode) } : {}) };
}

const lost = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module: /assets/home-page.js'));

function merged(usual: Answers, other: Answers): Answers {
  const whole: Record<string, object> = { ...usual };
  for (const [path, methods] of Object.entries(other)) whole[path] = { ...whole[path], ...methods };
  return whole;
}

const asMap = (bends: Bends = {}) => new Map(Object.entries(bends) as [string, Bend][]);

/** Waits until nothing is awaited and the page has not changed over a few frames. */
async function quiet(busy: () => boolean) {
  let changed = true;
  const observer = new MutationObserver(() => (changed = true));
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let still = 0; still < 4; still += 1) {
    changed = false;
    await new Promise(requestAnimationFrame);
    if (changed || busy()) still = -1;
  }
  observer.disconnect();
}
