// Starts the console.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import './theme/layers.css';
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/base.css';
import { queryClient } from './api/client';
import { routes } from './app/router';
import { cssVariables, theme } from './theme/theme';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its root element');

// Known when the console is built, so that a release has nothing of it.
const gallery = import.meta.env.DEV || import.meta.env.MODE === 'gallery';

if (gallery && location.pathname.startsWith('/__gallery')) void import('./gallery/start').then(({ start }) => start(root));
else
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={createBrowserRouter(routes)} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
