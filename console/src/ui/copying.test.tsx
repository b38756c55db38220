// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { copied } from '../shared/clipboard';
import { noticesNow } from '../shared/notices';
import { CopyAs } from './copy-as';
import { CopyButton } from './copy-button';
import { Secret } from './secret';
import { CopyableId } from './values';

configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

const BY_HAND = 'Copying is not possible on this connection. Select the text and copy it yourself.';

/** As over plain HTTP, where a page has no clipboard. */
function noClipboard() {
  clipboard(undefined);
  vi.stubGlobal('isSecureContext', false);
}

function clipboard(value: unknown) {
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value });
}

const draw = (page: ReactElement) => render(<MantineProvider env="test">{page}</MantineProvider>);

describe('without a clipboard', () => {
  it('a button shows what it would have copied', async () => {
    noClipboard();
    draw(<CopyButton text="calibr explain KA-1">Copy as calibr explain</CopyButton>);
    fireEvent.click(screen.getByRole('button', { name: 'Copy as calibr explain' }));
    expect(await screen.findByText(BY_HAND)).toBeTruthy();
    expect(screen.getByText('calibr explain KA-1')).toBeTruthy();
    expect(screen.queryByText('Copied.')).toBeNull();
  });

  it('a shortened id is shown in full', async () => {
    noClipboard();
    draw(<CopyableId id="pch_01m7zc3xmxez9rbt5231569pph" label="id" short />);
    expect(screen.queryByText('pch_01m7zc3xmxez9rbt5231569pph')).toBeNull();
    fireEvent.click(screen.getByRole('button'));
    expect(await screen.findByText(BY_HAND)).toBeTruthy();
    expect(screen.getByText('pch_01m7zc3xmxez9rbt5231569pph')).toBeTruthy();
    expect(screen.queryByText('copied')).toBeNull();
  });

  it('a secret is not said to be copied', async () => {
    noClipboard();
    draw(<Secret label="The token." value="calibr_secret" note="Once." />);
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(BY_HAND));
  });

  it('a list as a command stands in a dialog', async () => {
    noClipboard();
    draw(<CopyAs forms={[{ name: 'command', text: () => Promise.resolve('calibr runs list') }]} />);
    fireEvent.click(screen.getByRole('button', { name: 'Copy as…' }));
    fireEvent.click(await screen.findByText('command'));
    expect(await screen.findByText('calibr runs list')).toBeTruthy();
    expect(screen.getByText(BY_HAND)).toBeTruthy();
    expect(noticesNow()).toEqual([]);
  });
});

it('a clipboard that refuses is not believed either', async () => {
  vi.stubGlobal('isSecureContext', true);
  clipboard({ writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) });
  draw(<CopyButton text="x">Copy it</CopyButton>);
  fireEvent.click(screen.getByRole('button', { name: 'Copy it' }));
  expect(await screen.findByText(/The browser did not let this page copy\./)).toBeTruthy();
});

it('with a clipboard it says that it copied', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  clipboard({ writeText });
  draw(<CopyButton text="x">Copy it</CopyButton>);
  fireEvent.click(screen.getByRole('button', { name: 'Copy it' }));
  expect(await screen.findByText('Copied.')).toBeTruthy();
  expect(writeText).toHaveBeenCalledWith('x');
});

it('a text that does not come is a fault of its own', async () => {
  vi.stubGlobal('ClipboardItem', class { constructor(readonly promised: Record<string, Promise<Blob>>) {} });
  clipboard({ write: ([item]: { promised: Record<string, Promise<Blob>> }[]) => item!.promised['text/plain'] });
  await expect(copied(Promise.reject(new Error('The server is away.')))).rejects.toThrow('The server is away.');
});
