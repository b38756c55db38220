// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter } from 'react-router';
import { expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';

const asked = vi.hoisted(() => {
  const requests: Request[] = [];
  globalThis.fetch = async (request) => {
    requests.push(request as Request);
    const row = { id: 'pch_1', title: 'Autumn', planned_at: '2026-11-20T13:00:00Z', would_stop: true, rows_looked_at: 20, rows_blocked_then: 1, rows_blocked_now: 7, stopped_by: ['collapse'], contradiction: false };
    return new Response(JSON.stringify({ stopped: 1, looked_at: 3, price_changes: [row] }), { headers: { 'Content-Type': 'application/json' } });
  };
  return requests;
});

it('guardrails as written are tried on the last price changes, and say what they would have stopped', async () => {
  const { TrialCard } = await import('./trial-card');
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
          <MemoryRouter>
            <TrialCard text="schema: guardrails.v1" scope="tenant" faultsId={undefined} />
          </MemoryRouter>
        </ProjectProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  expect(asked).toEqual([]);
  await userEvent.setup().click(screen.getByRole('button', { name: 'Try them on the last price changes' }));
  expect(await screen.findByText('Would have stopped 1 of the last 3 price changes.')).toBeTruthy();
  expect(screen.getByText('Many prices become one; 7 of 20 rows stopped, 1 then')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Autumn' }).getAttribute('href')).toBe('/demo/price-changes/pch_1');
  expect(asked[0]!.url).toContain('/api/v1/guardrails/try?scope=tenant&project=demo');
  expect(await asked[0]!.text()).toBe('schema: guardrails.v1');
});
