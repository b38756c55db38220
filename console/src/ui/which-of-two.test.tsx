// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { WhichOfTwo } from './which-of-two';

afterEach(cleanup);

function draw(at: string, zone = 'Europe/Paris') {
  const onChoose = vi.fn();
  render(
    <MantineProvider env="test">
      <WhichOfTwo of="from" at={at} zone={zone} onChoose={onChoose} />
    </MantineProvider>,
  );
  return onChoose;
}

const pressed = () => screen.getAllByRole('button').map((button) => `${button.textContent} ${button.getAttribute('aria-pressed')}`);

it.each([
  ['2026-10-25T01:30:00Z', ['The earlier (00:30 UTC) false', 'The later (01:30 UTC) true']],
  ['2026-10-25T00:30:12.500Z', ['The earlier (00:30 UTC) true', 'The later (01:30 UTC) false']],
])('of %s both are offered', (at, both) => {
  const onChoose = draw(at);
  expect(pressed()).toEqual(both);
  fireEvent.click(screen.getByRole('button', { name: /^The earlier/ }));
  expect(onChoose).toHaveBeenLastCalledWith('2026-10-25T00:30:00Z');
});

it.each(['', '2026-10-25T02:00:00Z', '2026-10-24T23:59:00Z', '2027-03-28T01:30:00Z', 'soon'])('of “%s” nothing is asked', (at) => {
  draw(at);
  expect(screen.queryByRole('group')).toBeNull();
});
