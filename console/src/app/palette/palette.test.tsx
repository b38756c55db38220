// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, useLocation } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';

/** What is asked for the variants is answered only when the test lets it. */
const variants = vi.hoisted(() => {
  const held: { asked: string; answer: (sku: string) => void }[] = [];
  const json = (data: unknown[], more = false) => new Response(JSON.stringify({ data, has_more: more }), { headers: { 'Content-Type': 'application/json' } });
  globalThis.fetch = (request) => {
    const { pathname, searchParams } = new URL((request as Request).url);
    if (!pathname.endsWith('/catalog/variants')) return Promise.resolve(json([], pathname.endsWith('/runs') || pathname.endsWith('/rules')));
    return new Promise((resolve) => held.push({ asked: searchParams.get('q') ?? '', answer: (sku) => resolve(json([{ id: `var_${sku}`, sku, title: 'Green', product_title: 'Tent' }])) }));
  };
  return held;
});

const { default: Palette } = await import('./palette');
afterEach(cleanup);

function Where() {
  return <output>{useLocation().pathname}</output>;
}

function open() {
  return render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <Palette project="demo" acts={[]} onClose={() => undefined} />
          <Where />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

it('Enter right behind a name waits for what has that name', async () => {
  open();
  const user = userEvent.setup();
  const field = await screen.findByRole('combobox');
  await user.type(field, 'T-8');
  await vi.waitFor(() => expect(variants.at(-1)?.asked).toBe('T-8'));
  variants.at(-1)!.answer('T-80');
  await screen.findByText('T-80');
  await user.type(field, '89{Enter}');
  await vi.waitFor(() => expect(variants.at(-1)?.asked).toBe('T-889'));
  expect(screen.getByText('/')).toBeTruthy();
  variants.at(-1)!.answer('T-889');
  expect(await screen.findByText('/demo/catalog/var_T-889')).toBeTruthy();
});

it('says which lists it looked through only in part', async () => {
  open();
  await userEvent.type(await screen.findByRole('combobox'), 'Zeltplane');
  await vi.waitFor(() => expect(variants.at(-1)?.asked).toBe('Zeltplane'));
  variants.at(-1)!.answer('T-1');
  expect(await screen.findByText('1 answer. Only the oldest 100 rules and the newest 100 runs were looked through.')).toBeTruthy();
});
