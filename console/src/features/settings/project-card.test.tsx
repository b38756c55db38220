// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ProjectProvider } from '../../app/project';
import { project } from '../../gallery/world/people';
import { ProjectForm } from './project-card';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const form = (stored: Partial<typeof project>) => (
  <MantineProvider>
    <QueryClientProvider client={new QueryClient()}>
      <ProjectProvider value={{ ...project, country: 'DE', tax_rate_pct: '19', ...stored }}>
        <ProjectForm />
      </ProjectProvider>
    </QueryClientProvider>
  </MantineProvider>
);

const field = (label: RegExp) => screen.getByLabelText<HTMLInputElement>(label);

test('what was typed stays when somebody else saves, what was not follows, and only what was typed is sent', async () => {
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.clone().json());
    return new Response('{}', { status: 503 });
  });
  const { rerender } = render(form({}));
  fireEvent.change(field(/^Tax/), { target: { value: '7,7' } });
  rerender(form({ country: 'CH', tax_rate_pct: '8.1' }));
  expect([field(/^Country/).value, field(/^Tax/).value]).toEqual(['CH', '7,7']);
  fireEvent.click(screen.getByRole('button', { name: 'Save the project’s settings' }));
  await vi.waitFor(() => expect(sent).toEqual([{ tax_rate_pct: '7.7' }]));
  expect(field(/^Tax/).value).toBe('7,7');
});
