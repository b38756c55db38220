// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MemoryRouter, useSearchParams } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../app/project';

interface View {
  id: string;
  list: string;
  name: string;
  query: string;
}

const server = vi.hoisted(() => {
  const kept = { views: [] as View[], refuse: '', next: 1 };
  const answer = (status: number, body?: unknown) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  globalThis.fetch = async (asked) => {
    const request = asked as Request;
    if (kept.refuse === request.method) return answer(409, { title: 'Conflict', detail: 'You have 200 views already. Delete one first.', code: 'view.too_many', status: 409 });
    if (request.method === 'GET') return answer(200, { data: kept.views, has_more: false });
    if (request.method === 'DELETE') {
      kept.views = kept.views.filter(({ id }) => !request.url.endsWith(id));
      return answer(204);
    }
    const { list, name, query } = (await request.json()) as View;
    const before = kept.views.find((view) => view.name === name);
    const saved = { id: before?.id ?? `viw_${kept.next++}`, list, name, query, created_at: '2026-11-20T13:00:00Z' };
    kept.views = before ? kept.views.map((view) => (view === before ? saved : view)) : [...kept.views, saved];
    return answer(201, saved);
  };
  return kept;
});

beforeEach(() => Object.assign(server, { views: [], refuse: '', next: 1 }));
// A busy machine answers late; nothing here waits for time to pass.
configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

function Address() {
  const [params, setParams] = useSearchParams();
  return (
    <>
      <output aria-label="Address">{params.toString()}</output>
      <button type="button" onClick={() => setParams((now) => (now.delete('tag'), new URLSearchParams(now)))}>
        Clear
      </button>
    </>
  );
}

async function page(address: string) {
  const { SavedViews } = await import('./saved-views');
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
          <MemoryRouter initialEntries={[`/demo/catalog${address}`]}>
            <SavedViews list="catalog" passing={['open']} />
            <Address />
          </MemoryRouter>
        </ProjectProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return userEvent.setup();
}

const at = () => screen.getByLabelText('Address').textContent;
const rain = { id: 'viw_9', list: 'catalog', name: 'Rain', query: 'cols=sku&tag=rain' };

describe('saved views', () => {
  it('keep what is seen under a name, and say when it has changed since', async () => {
    const user = await page('?tag=rain&open=prd_1');
    await user.click(screen.getByRole('button', { name: 'Views' }));
    await screen.findByText(/You have none of this list yet\.$/);
    await user.click(screen.getByRole('button', { name: 'Save the view' }));
    expect(screen.getByText('Give the view a name.')).toBeTruthy();
    await user.type(screen.getByLabelText('Save what is seen as'), ' Rain {Enter}');
    await screen.findByRole('button', { name: 'View: Rain' });
    expect(server.views).toMatchObject([{ list: 'catalog', name: 'Rain', query: 'tag=rain' }]);
    expect(at()).toBe('tag=rain&open=prd_1&view=viw_1');

    await user.click(screen.getByText('Clear'));
    expect(await screen.findByRole('button', { name: 'Changed view: Rain' })).toBeTruthy();
    expect(at()).toBe('open=prd_1&view=viw_1');
    if (!screen.queryByRole('button', { name: 'Save the change' })) await user.click(screen.getByRole('button', { name: 'Changed view: Rain' }));
    await user.click(await screen.findByRole('button', { name: 'Save the change' }));
    await waitFor(() => expect(server.views).toMatchObject([{ id: 'viw_1', name: 'Rain', query: '' }]));
  });

  it('fill an address that only names one, once', async () => {
    server.views = [rain];
    const user = await page('?view=viw_9');
    await screen.findByRole('button', { name: 'View: Rain' });
    await waitFor(() => expect(at()).toBe('cols=sku&tag=rain&view=viw_9'));
    await user.click(screen.getByText('Clear'));
    expect(await screen.findByRole('button', { name: 'Changed view: Rain' })).toBeTruthy();
    expect(at()).toBe('cols=sku&view=viw_9');
  });

  it('are not filled in again when one that was cleared gets another name', async () => {
    server.views = [{ ...rain, query: 'tag=rain' }];
    const user = await page('?view=viw_9');
    await waitFor(() => expect(at()).toBe('tag=rain&view=viw_9'));
    await user.click(screen.getByText('Clear'));
    await user.click(await screen.findByRole('button', { name: 'Changed view: Rain' }));
    await user.click(await screen.findByRole('button', { name: 'Rename Rain' }));
    await user.type(screen.getByLabelText('New name of “Rain”'), 'bow{Enter}');
    await screen.findByText('Changed since “Rainbow” was saved.');
    // What would be filled in would be by now: a press comes after all that was begun before it.
    await user.click(screen.getByRole('button', { name: 'Rename Rainbow' }));
    expect(at()).toBe('view=viw_1');
    expect(server.views).toMatchObject([{ id: 'viw_1', name: 'Rainbow', query: 'tag=rain' }]);
  });

  it('are renamed and deleted, and the address goes along', async () => {
    server.views = [rain, { ...rain, id: 'viw_10', name: 'Snow', query: 'tag=snow' }];
    const user = await page('?view=viw_9&tag=rain&cols=sku');
    await user.click(await screen.findByRole('button', { name: 'View: Rain' }));
    await user.click(screen.getByRole('button', { name: 'Rename Rain' }));
    const field = screen.getByLabelText('New name of “Rain”');
    expect(document.activeElement).toBe(field);
    await user.clear(field);
    await user.type(field, 'Snow');
    expect(screen.getByText('You have a view “Snow” already.')).toBeTruthy();
    await user.clear(field);
    await user.type(field, 'Wet{Enter}');
    await screen.findByRole('button', { name: 'View: Wet' });
    expect(server.views.map(({ name }) => name)).toEqual(['Snow', 'Wet']);
    await waitFor(() => expect(at()).toContain('view=viw_1'));

    await user.click(screen.getByRole('button', { name: 'Delete Wet' }));
    await user.click(screen.getByRole('button', { name: 'Delete the view' }));
    await screen.findByRole('button', { name: 'Views' });
    expect(server.views.map(({ name }) => name)).toEqual(['Snow']);
    await waitFor(() => expect(at()).toBe('tag=rain&cols=sku'));
    expect(screen.getByRole('link', { name: 'Snow' }).getAttribute('href')).toBe('/demo/catalog?tag=snow&view=viw_10');
  });

  it('say what was refused, and keep what was typed', async () => {
    server.refuse = 'POST';
    const user = await page('?tag=rain');
    await user.click(screen.getByRole('button', { name: 'Views' }));
    await user.type(await screen.findByLabelText('Save what is seen as'), 'Rain{Enter}');
    await screen.findByText('You have 200 views already. Delete one first.');
    expect(screen.getByText('The view was not saved.')).toBeTruthy();
    expect((screen.getByLabelText('Save what is seen as') as HTMLInputElement).value).toBe('Rain');
    expect(at()).toBe('tag=rain');
  });

  it('say of a view of somebody else that only its filters hold', async () => {
    const user = await page('?view=viw_77&tag=rain');
    await user.click(screen.getByRole('button', { name: 'Views' }));
    await screen.findByText('The address names a view that is not yours or is gone. What it filters by holds.');
  });
});
