// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState, type ReactElement } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Dialog, ShownOnce } from './dialog';
import { LongTextField, PasswordField, TextField } from './fields';

configure({ asyncUtilTimeout: 20_000 });
afterEach(cleanup);

const draw = (page: ReactElement) => render(<MantineProvider env="test">{page}</MantineProvider>);
const besides = () => fireEvent.click(document.querySelector('.mantine-Modal-overlay')!);
const escape = () => fireEvent.keyDown(document.body, { key: 'Escape' });

it('a click beside a dialog closes nothing, Escape does where nothing was typed', async () => {
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

describe('what was typed in a dialog', () => {
  function Asks({ onClose }: { onClose: () => void }) {
    const [{ title, why, count, secret }, setTyped] = useState({ title: 'Autumn sale', why: '', count: '', secret: '' });
    const write = (name: string) => (text: string) => setTyped((all) => ({ ...all, [name]: text }));
    return (
      <Dialog opened title="Plan again?" act="Plan" keep="Keep this plan" busy={false} problem={null} onAct={() => undefined} onClose={onClose}>
        <TextField label="Title" value={title} onChange={write('title')} autoFocus />
        <LongTextField label="Why" value={why} onChange={write('why')} />
        <TextField label="Number of prices" value={count} onChange={write('count')} inputMode="numeric" />
        <PasswordField label="Secret" value={secret} onChange={write('secret')} />
      </Dialog>
    );
  }

  const opened = async () => {
    const onClose = vi.fn();
    draw(<Asks onClose={onClose} />);
    await screen.findByRole('dialog');
    return { onClose, user: userEvent.setup() };
  };
  const question = () => screen.queryByRole('group', { name: 'Discard what you typed?' });
  const why = () => screen.getByLabelText<HTMLTextAreaElement>('Why');
  const press = (user: Pick<typeof userEvent, 'click'>, name: string) => user.click(screen.getByRole('button', { name }));

  it('stays when Escape is pressed, and one writes on where one was', async () => {
    const { onClose, user } = await opened();
    await user.type(why(), 'Two tents too cheap');
    await user.keyboard('{Escape}');
    expect(question()).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Keep writing');
    await user.keyboard('{Enter}');
    expect(question()).toBeNull();
    expect(document.activeElement).toBe(why());
    await user.keyboard('!{Escape}{Escape}');
    expect(question()).toBeNull();
    expect(why().value).toBe('Two tents too cheap!');
    expect(onClose).not.toHaveBeenCalled();
  });

  it('stays when the cross is pressed, and the question goes once one types on', async () => {
    const { onClose, user } = await opened();
    await user.type(screen.getByLabelText('Title'), ' again');
    await press(user, 'Close');
    expect(question()).toBeTruthy();
    await user.type(why(), 'T');
    expect(question()).toBeNull();
    expect(screen.getByRole('button', { name: 'Plan' })).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('goes when one says so: by the answer, or by the button that keeps all as it is', async () => {
    const { onClose, user } = await opened();
    await user.type(why(), 'Two tents too cheap');
    await user.keyboard('{Escape}');
    await press(user, 'Discard');
    expect(onClose).toHaveBeenCalledOnce();
    await press(user, 'Keep this plan');
    expect(onClose).toHaveBeenCalledTimes(2);
  });

  it('is not what stood there already, a count, or a secret', async () => {
    const { onClose, user } = await opened();
    await user.click(screen.getByLabelText('Title'));
    await user.type(screen.getByLabelText('Number of prices'), '314');
    await user.type(screen.getByLabelText('Secret'), 'shpss_1');
    await user.type(why(), ' {Backspace}');
    await user.keyboard('{Escape}');
    expect(question()).toBeNull();
    expect(onClose).toHaveBeenCalledOnce();
  });
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
