// Starts the state gallery in the console's place: `/__gallery` lists everything, `/__gallery/{name}/{state}?theme=` shows one.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { queryClient } from '../api/client';
import { cssVariables, theme } from '../theme/theme';
import { stopTheClock } from './clock';
import { Gallery } from './gallery';
import { over, screens } from './screens';
import { showScreen } from './show-screen';
import { isShown, type Not, type Shown } from './states';

export function start(root: HTMLElement) {
  stopTheClock();
  // What another state left in this browser is no part of this one.
  localStorage.clear();
  sessionStorage.clear();
  const asked = new URLSearchParams(location.search).get('theme');
  const scheme = asked === 'light' || asked === 'dark' ? ({ forceColorScheme: asked } as const) : {};
  const { element, bringAbout } = shown() ?? { element: components(), bringAbout: undefined };
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" {...scheme}>
        <OnceDrawn act={bringAbout}>{element}</OnceDrawn>
      </MantineProvider>
    </StrictMode>,
  );
}

/** The screen and state that the address names. */
function shown() {
  const [, , name = '', state = ''] = location.pathname.split('/');
  const screen = screens[name] ?? over[name];
  const wanted = (screen?.states as Partial<Record<string, Shown | Not>> | undefined)?.[state];
  return screen && wanted && isShown(wanted) ? showScreen(screen, wanted) : undefined;
}

function components(): ReactNode {
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={createBrowserRouter([{ path: '/__gallery/:component?/:state?', element: <Gallery /> }])} />
    </QueryClientProvider>
  );
}

let acted = false;

function OnceDrawn({ act, children }: { act: (() => Promise<void>) | undefined; children: ReactNode }) {
  useEffect(() => {
    if (acted || act === undefined) return;
    acted = true;
    void act();
  }, [act]);
  return children;
}
