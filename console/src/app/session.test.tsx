// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api } from '../api/client';
import { RequireSession } from './session';
import { SessionBanner } from './session-banner';

configure({ asyncUtilTimeout: 20_000 });

const server = { signedIn: true };
beforeEach(() => {
  server.signedIn = true;
  vi.stubGlobal('fetch', async (request: Request) => {
    const json = (status: number, body: object) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
    if (request.method === 'POST' && request.url.endsWith('/session')) server.signedIn = true;
    return server.signedIn ? json(200, { email: 'ana@demo.test', role: 'editor', data: [], has_more: false }) : json(401, { title: 'Nobody', detail: 'Nobody is signed in.', code: 'session.none' });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A page that looks by itself now and then, has something typed in it, and an act. */
function Page() {
  useQuery({ queryKey: ['frame', 'runs'], queryFn: async ({ signal }) => (await api.GET('/api/v1/runs', { params: { query: {} }, signal })).data!, retry: false });
  const close = useMutation({ mutationFn: () => api.POST('/api/v1/notifications/read', { params: { query: {} }, body: { until: '' } }) });
  return (
    <>
      <SessionBanner />
      <input aria-label="Why" />
      <button type="button" onClick={() => close.mutate()}>
        Act
      </button>
    </>
  );
}

async function leftAsItIs() {
  const queries = new QueryClient();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <MemoryRouter>
          <RequireSession>
            <Page />
          </RequireSession>
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
  fireEvent.change(await screen.findByLabelText('Why'), { target: { value: 'Autumn' } });
  server.signedIn = false;
  const look = () => act(() => queries.refetchQueries({ queryKey: ['frame'] }));
  await look();
  fireEvent.click(await screen.findByRole('button', { name: 'Leave this page as it is' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  return look;
}

it('a page that was left as it is stays so while it looks by itself', async () => {
  const look = await leftAsItIs();
  await look();
  await look();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByText(/^Your session has ended\. What you see/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('Why').value).toBe('Autumn');
});

it('the banner asks for the password, and goes once it is right', async () => {
  await leftAsItIs();
  fireEvent.click(screen.getByRole('button', { name: 'Sign in again' }));
  fireEvent.change(await screen.findByLabelText(/^Password of/), { target: { value: 'right' } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in and go on' }));
  await waitFor(() => expect(screen.queryByText(/Your session has ended/)).toBeNull());
  expect(screen.getByLabelText<HTMLInputElement>('Why').value).toBe('Autumn');
});

it('an act that is refused asks for the password again', async () => {
  await leftAsItIs();
  fireEvent.click(screen.getByRole('button', { name: 'Act' }));
  expect(await screen.findByRole('dialog', { name: /session has ended/ })).toBeTruthy();
  fireEvent.click(await screen.findByRole('button', { name: 'Leave this page as it is' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('the banner goes once somebody has signed in in another tab', async () => {
  const look = await leftAsItIs();
  server.signedIn = true;
  await look();
  expect(screen.queryByText(/Your session has ended/)).toBeNull();
});
