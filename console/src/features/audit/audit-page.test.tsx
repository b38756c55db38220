// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { MemoryRouter, useLocation, useNavigationType } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { MeProvider, type Me } from '../../app/session';
import { Component as AuditPage } from './audit-page';

configure({ asyncUtilTimeout: 20_000 });
beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ data: [], has_more: false }), { headers: { 'Content-Type': 'application/json' } }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Where() {
  return <output>{`${useNavigationType()} ${decodeURIComponent(useLocation().search)}`}</output>;
}

function open() {
  const { container } = render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={['/demo/audit']}>
          <MeProvider value={{ email: 'ana@demo.test', role: 'viewer' } as Me}>
            <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Paris' } as Project}>
              <AuditPage />
              <Where />
            </ProjectProvider>
          </MeProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return () => container.querySelector('output')!.textContent;
}

it('typing a time replaces the entry of the history', () => {
  const where = open();
  fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-20T09:00' } });
  expect(where()).toBe('REPLACE ?from=2026-11-20T08:00:00Z');
  fireEvent.change(screen.getByLabelText('Before'), { target: { value: '2026-11-20T10:00' } });
  expect(where()).toBe('REPLACE ?from=2026-11-20T08:00:00Z&to=2026-11-20T09:00:00Z');
});

it('of a time that the clocks showed twice the earlier can be asked for', () => {
  const where = open();
  fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-10-25T02:30' } });
  expect(where()).toBe('REPLACE ?from=2026-10-25T01:30:00Z');
  fireEvent.click(screen.getByRole('button', { name: /^The earlier/ }));
  expect(where()).toBe('REPLACE ?from=2026-10-25T00:30:00Z');
  expect(screen.getByLabelText<HTMLInputElement>('From').value).toBe('2026-10-25T02:30');
});
