// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, within } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';

const server = vi.hoisted(() => {
  const known = { surfaces: [] as object[], prices: {} as Record<string, object | undefined> };
  const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  globalThis.fetch = async (asked) => {
    const url = new URL((asked as Request).url, 'http://calibr.test');
    if (url.pathname === '/api/v1/surfaces') return answer(200, { data: known.surfaces, has_more: false });
    const surface = url.searchParams.get('surface') ?? '';
    if (surface === 'broken') return answer(403, { title: 'Forbidden', detail: 'You may not read this.', code: 'forbidden', status: 403 });
    const price = known.prices[surface];
    return answer(200, { data: price ? [price] : [], has_more: false });
  };
  return known;
});

// A busy machine answers late; nothing here waits for time to pass.
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

const base = { name: 'base', title: 'Base prices', currency: 'EUR' };
const list = (name: string, fields = {}) => ({ name, title: name.toUpperCase(), currency: 'CHF', fixed_rows: 2, relative_rows: 1, read_at: '2026-01-02T00:00:00Z', ...fields });
const price = (amount: string, currency: string, fields = {}) => ({ id: `prv_${amount}`, price: { amount, currency }, valid_from: '2026-01-01T00:00:00Z', source: 'ingest', actor: 'system:ingest', ...fields });

async function card() {
  const { SurfacesCard } = await import('./surfaces-card');
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
          <MemoryRouter initialEntries={['/demo/catalog/var_1?at=2026-01-01T00:00:00Z']}>
            <SurfacesCard variantId="var_1" />
          </MemoryRouter>
        </ProjectProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

const row = async (name: RegExp) => within(await screen.findByRole('row', { name }));

describe('prices per surface', () => {
  it('say what a variant costs on each list, and which price change made it so', async () => {
    server.surfaces = [base, list('ch'), list('uk'), list('us', { gone_at: '2026-01-03T00:00:00Z' })];
    const because = { price_change_id: 'pch_7', run_id: 'run_7', title: 'Winter', rule: 'winter v3' };
    server.prices = {
      base: price('9.00', 'EUR'),
      ch: price('11.00', 'CHF', { source: 'price_change', because }),
      uk: price('8.00', 'GBP', { valid_to: '2026-01-02T00:00:00Z' }),
    };
    await card();
    await (await row(/^Base prices/)).findByText('€9.00');
    const swiss = await row(/^CH/);
    await swiss.findByText('CHF 11.00');
    expect(swiss.getByRole('link', { name: 'Winter' }).getAttribute('href')).toBe('/demo/price-changes/pch_7');
    expect(swiss.getByText(/^2 prices of their own, 1 follows the base price/)).toBeTruthy();
    expect(swiss.getByRole('link', { name: /CH$/ }).getAttribute('href')).toBe('/demo/catalog/var_1?at=2026-01-01T00%3A00%3A00Z&surface=ch#history');
    const british = await row(/^UK/);
    await british.findByText(/^none since/);
    expect(british.queryByText(/8\.00/)).toBeNull();
    await (await row(/^US/)).findByText('not sold there');
    expect((await row(/^US/)).getByText('Gone from the shop')).toBeTruthy();
  });

  it('say which did not come, beside those that did', async () => {
    server.surfaces = [base, list('broken')];
    server.prices = { base: price('9.00', 'EUR') };
    await card();
    await screen.findByText('You may not read this.');
    expect(screen.getByText('€9.00')).toBeTruthy();
    expect(screen.getByText('did not come')).toBeTruthy();
  });

  it('say that there is no list where none was read', async () => {
    server.surfaces = [base];
    server.prices = { base: price('9.00', 'EUR') };
    await card();
    await screen.findByText(/^No price list was read from a connected shop/);
  });
});
