// Starts the console.
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import './theme/layers.css';
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/base.css';
import { queryClient } from './api/client';
import { router } from './app/router';
import { cssVariables, theme } from './theme/theme';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html lost its root element');

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
