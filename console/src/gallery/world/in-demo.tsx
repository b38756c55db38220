// The demo project around a part of a page, for the tests of that part. A question that fails is not asked again.
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { ProjectProvider } from '../../app/project';
import type { Role } from '../../app/rights';
import { MeProvider } from '../../app/session';
import { meAs, project } from './people';

export function InDemo({ role = 'editor', path = '/demo', children }: { role?: Role; path?: string; children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  return (
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <MeProvider value={meAs(role)}>
          <ProjectProvider value={project}>
            <MemoryRouter initialEntries={[path]}>{children}</MemoryRouter>
          </ProjectProvider>
        </MeProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
