// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter, useLocation } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { ExplainCard } from './explain-card';

configure({ asyncUtilTimeout: 20_000 });
const asked: (string | null)[] = [];
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url, 'http://calibr.test').searchParams.get('at'));
    return new Response(JSON.stringify({ approved_by: [] }), { headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Where() {
  const { key, search } = useLocation();
  return <output title={key}>{decodeURIComponent(search)}</output>;
}

it('of a time that the clocks showed twice the earlier can be asked for, and stays', async () => {
  const { container } = render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Paris' } as Project}>
            <ExplainCard variantId="var_1" />
            <Where />
          </ProjectProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  const explain = () => fireEvent.click(screen.getByRole('button', { name: 'Explain' }));
  fireEvent.change(screen.getByLabelText('at (Europe/Paris)'), { target: { value: '2026-10-25T02:30' } });
  explain();
  fireEvent.click(await screen.findByRole('button', { name: /^The earlier/ }));
  await waitFor(() => expect(asked).toEqual([null, '2026-10-25T01:30:00Z', '2026-10-25T00:30:00Z']));
  const where = container.querySelector('output')!;
  const before = where.title;
  explain();
  await waitFor(() => expect(where.title).not.toBe(before));
  expect(where.textContent).toBe('?at=2026-10-25T00:30:00Z');
});
