// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Dialog, ShownOnce } from './dialog';

configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

const draw = (page: ReactElement) => render(<MantineProvider env="test">{page}</MantineProvider>);
const besides = () => fireEvent.click(document.querySelector('.mantine-Modal-overlay')!);
const escape = () => fireEvent.keyDown(document.body, { key: 'Escape' });

it('a click beside a dialog closes nothing, Escape does', async () => {
  const onClose = vi.fn();
  draw(
    <Dialog opened title="Stop the run?" act="Stop it" keep="Go on" busy={false} problem={null} onAct={() => undefined} onClose={onClose}>
      <input aria-label="Why" />
    </Dialog>,
  );
  await screen.findByRole('dialog');
  besides();
  expect(onClose).not.toHaveBeenCalled();
  escape();
  expect(onClose).toHaveBeenCalledOnce();
});

it('what comes this once goes by its one button only', async () => {
  const onDone = vi.fn();
  draw(
    <ShownOnce title="Keep this token now" done="I have kept it" onDone={onDone}>
      <p>calibr_secret</p>
    </ShownOnce>,
  );
  await screen.findByRole('dialog');
  besides();
  escape();
  expect(onDone).not.toHaveBeenCalled();
  expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['I have kept it']);
  fireEvent.click(screen.getByRole('button', { name: 'I have kept it' }));
  expect(onDone).toHaveBeenCalledOnce();
});
