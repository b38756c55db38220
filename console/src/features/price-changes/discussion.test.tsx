// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { MeProvider, type Me } from '../../app/session';
import { Discussion } from './discussion';

configure({ asyncUtilTimeout: 20_000 });
const said: unknown[] = [];
beforeEach(() => {
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') said.push(await request.json());
    return new Response(JSON.stringify(request.method === 'POST' ? {} : { data: [], has_more: false }), { headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  sessionStorage.clear();
  said.length = 0;
  vi.unstubAllGlobals();
});

/** The part of the page as somebody opens it. */
function open(id = 'pch_1', email = 'ana@demo.test') {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MeProvider value={{ email, role: 'editor' } as Me}>
          <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
            <Discussion id={id} />
          </ProjectProvider>
        </MeProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return screen.getByLabelText<HTMLTextAreaElement>('Your comment');
}

it('what was typed is there again after another part was looked at, for who typed it and there only', () => {
  fireEvent.change(open(), { target: { value: 'Wait for Monday' } });
  cleanup();
  expect(open().value).toBe('Wait for Monday');
  cleanup();
  expect(open('pch_2').value).toBe('');
  cleanup();
  expect(open('pch_1', 'kim@demo.test').value).toBe('');
});

it('what has arrived does not come again', async () => {
  const field = open();
  fireEvent.change(field, { target: { value: 'Wait for Monday' } });
  fireEvent.click(screen.getByRole('button', { name: 'Add the comment' }));
  await waitFor(() => expect(field.value).toBe(''));
  expect(said).toEqual([{ body: 'Wait for Monday' }]);
  cleanup();
  expect(open().value).toBe('');
});
