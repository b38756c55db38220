// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { ImportDialog } from './import-dialog';

const report = { id: 'imp_1', rows: 3, taken: 2, unchanged: 0, refused_count: 1, refused: [{ pointer: 'line 3, column cost', code: 'fact.amount', detail: '`cheap` is no amount.' }] };
const asked: { url: URL; text: string; key: string | null; type: string | null }[] = [];

beforeEach(() => {
  asked.length = 0;
  // happy-dom refuses addresses without an origin.
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push({ url: new URL(request.url, 'http://calibr.test'), text: await request.text(), key: request.headers.get('Idempotency-Key'), type: request.headers.get('Content-Type') });
    return new Response(JSON.stringify(report), { status: asked.at(-1)!.url.searchParams.get('dry_run') === 'true' ? 200 : 201, headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open() {
  const onClose = vi.fn();
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
          <ImportDialog onClose={onClose} />
        </ProjectProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return onClose;
}

const choose = (text: string) => fireEvent.change(screen.getByLabelText('CSV file'), { target: { files: [new File([text], 'costs.csv', { type: 'text/csv' })] } });
const button = (name: string) => screen.findByRole('button', { name });

describe('a file for the catalogue', () => {
  it('is tried first, shows each refused line, and is taken only then', async () => {
    const onClose = open();
    fireEvent.change(screen.getByLabelText('What it holds'), { target: { value: 'facts' } });
    expect((await button('Check the file')).getAttribute('aria-disabled')).toBe('true');
    choose('sku,cost\nA,1\n');
    fireEvent.click(await button('Check the file'));
    await screen.findByText(/2 say something new.*1 line will be refused; the others go in\./);
    const line = within(screen.getByRole('table', { name: 'Refused lines' })).getAllByRole('row')[1]!;
    expect(line.textContent).toBe('line 3, column cost`cheap` is no amount.');
    expect(asked.map(({ url }) => `${url.pathname}${url.search}`)).toEqual(['/api/v1/catalog/facts?project=demo&dry_run=true']);

    fireEvent.click(await button('Take it in'));
    await screen.findByText(/^ ?Taken: 3 rows: 2 say something new/);
    expect(asked.map(({ url, text, type }) => [url.searchParams.get('dry_run'), text, type])).toEqual([['true', 'sku,cost\nA,1\n', 'text/csv'], ['false', 'sku,cost\nA,1\n', 'text/csv']]);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(2);
    fireEvent.click(await button('Done'));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it('is tried again when it is another file or is read otherwise', async () => {
    open();
    choose('Handle\n');
    fireEvent.change(screen.getByLabelText('What it holds'), { target: { value: 'history' } });
    fireEvent.click(await button('Check the file'));
    await button('Take it in');
    choose('sku\n');
    await button('Check the file');
    await waitFor(() => expect(screen.queryByRole('table', { name: 'Refused lines' })).toBeNull());
    expect(screen.queryByRole('button', { name: 'Take it in' })).toBeNull();
  });
});
