// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ProjectProvider } from '../../app/project';
import { project } from '../../gallery/world/people';
import { ProjectForm } from './project-card';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const form = (stored: Partial<typeof project>, client = new QueryClient()) => (
  <MantineProvider>
    <QueryClientProvider client={client}>
      <ProjectProvider value={{ ...project, country: 'DE', tax_rate_pct: '19', ...stored }}>
        <ProjectForm />
      </ProjectProvider>
    </QueryClientProvider>
  </MantineProvider>
);

const field = (label: RegExp) => screen.getByLabelText<HTMLInputElement>(label);

const save = () => fireEvent.click(screen.getByRole('button', { name: 'Save the project’s settings' }));

/** Answers what is asked, one after the other, and keeps over which version what was sent. */
function answering(...answers: Response[]) {
  const sent: [over: string | null, body: unknown][] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push([request.headers.get('if-match'), await request.clone().json()]);
    return answers.shift() ?? new Response('{}', { status: 503 });
  });
  return sent;
}

const refused = () => Response.json({ type: 'urn:calibr:problem:project.changed', title: 'Precondition Failed', status: 412, code: 'project.changed', detail: 'The project’s settings were changed meanwhile.' }, { status: 412 });
const theirs = { country: 'CH', tax_rate_pct: '8.1', version: 2, changed_by: 'ana@nordlys.test', changed_at: '2026-11-21T11:48:00Z' };

test('only what was typed is sent, over the version that was read, and what was typed stays when nothing came of it', async () => {
  const sent = answering();
  render(form({ version: 4 }));
  fireEvent.change(field(/^Tax/), { target: { value: '7,7' } });
  save();
  await vi.waitFor(() => expect(sent).toEqual([['"v4"', { tax_rate_pct: '7.7' }]]));
  expect(field(/^Tax/).value).toBe('7,7');
});

test('what was not typed follows what is stored, and goes over it', async () => {
  const sent = answering();
  const { rerender } = render(form({}));
  rerender(form(theirs));
  expect([field(/^Country/).value, field(/^Tax/).value]).toEqual(['CH', '8.1']);
  expect(screen.queryByRole('alert')).toBeNull();
  fireEvent.change(field(/^Tax/), { target: { value: '7.7' } });
  save();
  await vi.waitFor(() => expect(sent).toEqual([['"v2"', { tax_rate_pct: '7.7' }]]));
});

test('whoever comes second is shown what the first one changed, loses nothing typed, and re-applies it over that', async () => {
  const sent = answering(refused());
  const { rerender } = render(form({}));
  fireEvent.change(field(/^Tax/), { target: { value: '7.7' } });
  save();
  await screen.findByText('The project’s settings were changed meanwhile.');
  expect(field(/^Tax/).value).toBe('7.7');

  rerender(form(theirs));
  expect(screen.getByRole('alert').textContent).toMatch(/ana@nordlys.test saved v2 .*while you wrote over v1\. What you typed is not saved, and kept here\./);
  const rows = screen.getAllByRole('row').map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ['Setting', 'Theirs, v2', 'Mine'],
    ['Country', 'CH, was DE', 'As theirs'],
    ['Tax', '8.1 %, was 19 %', '7.7 %'],
    ['Prices in the shop', 'Include tax', 'As theirs'],
  ]);
  save();
  fireEvent.submit(field(/^Tax/).form!);
  expect(sent).toEqual([['"v1"', { tax_rate_pct: '7.7' }]]);

  fireEvent.click(screen.getByRole('button', { name: 'Re-apply mine over v2' }));
  expect(screen.queryByRole('table')).toBeNull();
  expect([field(/^Country/).value, field(/^Tax/).value]).toEqual(['CH', '7.7']);
  save();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toEqual(['"v2"', { tax_rate_pct: '7.7' }]);
});

test('theirs can be kept, also before anything was sent', () => {
  const { rerender } = render(form({}));
  fireEvent.change(field(/^Country/), { target: { value: 'AT' } });
  rerender(form(theirs));
  fireEvent.click(screen.getByRole('button', { name: 'Keep theirs and drop mine' }));
  expect([field(/^Country/).value, field(/^Tax/).value]).toEqual(['CH', '8.1']);
  expect(screen.queryByRole('table')).toBeNull();
});

test('what one saved oneself is not taken for somebody else’s', async () => {
  const saved = { ...project, country: 'DE', tax_rate_pct: '20', version: 2, changed_by: 'kim@nordlys.test', changed_at: '2026-11-21T11:59:00Z' };
  answering(Response.json(saved));
  const client = new QueryClient();
  const { rerender } = render(form({}, client));
  const alerts: (HTMLElement | null)[] = [];
  vi.spyOn(client, 'invalidateQueries').mockImplementation(async () => {
    await act(async () => rerender(form(saved, client)));
    alerts.push(screen.queryByRole('alert'));
  });
  fireEvent.change(field(/^Tax/), { target: { value: '20' } });
  save();
  await vi.waitFor(() => expect(alerts).toEqual([null]));
  await vi.waitFor(() => expect(screen.getByRole('button', { name: /^Save/ }).hasAttribute('data-loading')).toBe(false));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(field(/^Tax/).value).toBe('20');
});
