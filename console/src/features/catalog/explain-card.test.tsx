// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter, useLocation } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { ExplainCard } from './explain-card';

configure({ asyncUtilTimeout: 20_000 });
const ROLLED_BACK = '2026-10-02T00:00:00Z';
const asked: (string | null)[] = [];
const surfacesAsked: (string | null)[] = [];
const surfaces = [
  { name: 'base', title: 'Base prices' },
  { name: 'germany', title: 'Germany' },
];
const price = { price: { amount: '18.00', currency: 'EUR' }, valid_from: '2026-10-01T00:00:00Z', source: 'ingest', actor: 'system' };
beforeEach(() => {
  asked.length = 0;
  surfacesAsked.length = 0;
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://calibr.test');
    const json = (body: object) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
    if (pathname.endsWith('/surfaces')) return json({ data: surfaces, has_more: false });
    asked.push(searchParams.get('at'));
    const surface = searchParams.get('surface');
    surfacesAsked.push(surface);
    return json({ approved_by: [], surface: surface ?? 'base', price: surface ? { ...price, relative: true } : searchParams.get('at') === ROLLED_BACK ? { ...price, source: 'roll_back' } : null });
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

const page = (search = '') =>
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={[`/${search}`]}>
          <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Paris' } as Project}>
            <ExplainCard variantId="var_1" />
            <Where />
          </ProjectProvider>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );

it('a price list is explained by its own price, and the address keeps which', async () => {
  const { container } = page();
  await screen.findByText('There was no price yet at that time.');
  fireEvent.change(await screen.findByLabelText('Explain the price on'), { target: { value: 'germany' } });
  await screen.findByText('Follows the base price');
  screen.getByText(/no price of its own in this price list/);
  expect(screen.getAllByText('Germany').length).toBeGreaterThan(1);
  expect(surfacesAsked).toEqual([null, 'germany']);
  expect(container.querySelector('output')!.textContent).toBe('?surface=germany');
});

it('a price that a roll back put back is not said to be read from outside', async () => {
  page(`?at=${ROLLED_BACK}`);
  await screen.findByText(/A roll back put this price back as it was before/);
  expect(screen.queryByText(/read from outside/)).toBeNull();
});

it('of a time that the clocks showed twice the earlier can be asked for, and stays', async () => {
  const { container } = page();
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
