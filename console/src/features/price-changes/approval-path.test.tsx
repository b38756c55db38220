// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { ApprovalPath } from './approval-path';

const size = vi.hoisted(() => ({ width: 900 }));
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: size.width, height: 0 }) }));
afterEach(cleanup);

const author = 'somebody.with-a-very-long-name.indeed@demo.example.test';
const change = { state: 'pending_approval', author, checks: [{ code: 'fresh', status: 'pass', detail: '' }], decisions: [] } as unknown as Schemas['PriceChange'];

function draw(width: number) {
  size.width = width;
  const { container } = render(
    <MantineProvider>
      <ApprovalPath change={change} />
    </MantineProvider>,
  );
  const nodes = [...container.querySelectorAll('figure svg rect')];
  return { container, at: (name: string) => nodes.map((node) => Number(node.getAttribute(name))) };
}

describe('the picture of the way to the shop', () => {
  it('is named by its finding and has a node for each stage, left to right', () => {
    const { container, at } = draw(900);
    const finding = '2 of 5 stages from the plan to the shop are behind it. It stands at approval: waiting.';
    expect(screen.getByRole('img', { name: finding })).toBeTruthy();
    expect([...at('x')]).toEqual(at('x').toSorted((a, b) => a - b));
    expect(new Set(at('x')).size).toBe(5);
    expect(new Set(at('y')).size).toBe(1);
    expect([...container.querySelectorAll('line')].map((line) => line.hasAttribute('data-behind'))).toEqual([true, true, false, false]);
  });

  it('stands from top to bottom where it is narrow, with room for every word', () => {
    const { container, at } = draw(280);
    expect(new Set(at('x')).size).toBe(1);
    expect(new Set(at('y')).size).toBe(5);
    const svg = container.querySelector('figure > div svg')!;
    const lowest = Math.max(...[...svg.querySelectorAll('text')].map((text) => Number(text.getAttribute('y'))));
    expect(lowest).toBeLessThan(Number(svg.getAttribute('height')));
  });

  it('is a table too, which shortens nothing', () => {
    draw(900);
    const toggle = screen.getByRole('button', { name: 'Show as table' });
    fireEvent.click(toggle);
    expect(screen.queryByRole('img')).toBeNull();
    const rows = within(screen.getByRole('group', { name: 'From the plan to the shop' })).getAllByRole('row');
    expect(rows.map((row) => [...row.children].map(({ textContent }) => textContent))).toEqual([
      ['Stage', 'State', 'Who or what'],
      ['Plan', 'Done', author],
      ['Checks', 'Done', 'Nothing against it'],
      ['Approval', 'Waiting', 'Somebody other than the author'],
      ['Start', 'Later', 'By hand'],
      ['Shop', 'Later', 'No price is written yet'],
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Show as picture' }));
    expect(screen.getByRole('img')).toBeTruthy();
  });
});
