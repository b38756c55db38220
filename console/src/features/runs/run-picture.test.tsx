// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runWith } from './fixture';
import { RunPicture } from './run-picture';

vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: 300, height: 0 }) }));
vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(cleanup);

const run = runWith({ counts: { applied: 60, failed: 1, conflict: 4, applying: 10, queued: 25 } });

function draw(trail: number[] = [], limit: number | null = null) {
  return render(
    <MantineProvider>
      <RunPicture run={run} trail={trail} limit={limit} />
    </MantineProvider>,
  ).container;
}

describe('the picture of a run', () => {
  it('says its finding in words and is itself hidden from readers', () => {
    draw();
    expect(screen.getByRole('figure', { name: '60 applied, 1 failed, 4 conflict, 10 sent, 25 waiting of 100 prices. One square is one price.' })).toBeTruthy();
    expect(screen.queryByRole('img')).toBeNull();
  });

  it('has a part of the bar for each state and a square for each price, all within its width', () => {
    const [bar, squares] = [...draw().querySelectorAll('svg')];
    expect([...bar!.querySelectorAll('rect.part, rect[data-state][rx]')].map((part) => part.getAttribute('data-state'))).toEqual(['applied', 'failed', 'conflict', 'applying', 'queued']);
    const cells = [...squares!.querySelectorAll('rect[rx]')];
    expect(cells.length).toBe(100);
    expect(cells.filter((cell) => cell.getAttribute('data-state') === 'applied').length).toBe(60);
    expect(Math.max(...cells.map((cell) => Number(cell.getAttribute('x')) + 10))).toBeLessThanOrEqual(300);
    expect(Math.max(...cells.map((cell) => Number(cell.getAttribute('y')) + 10))).toBeLessThanOrEqual(Number(squares!.getAttribute('height')));
  });

  it('tells by stripes what would else be told by colour alone', () => {
    const container = draw();
    for (const state of ['applying', 'conflict']) {
      const fill = (container.querySelector(`rect[rx][data-state=${state}]`) as SVGElement).style.fill;
      const id = /#([^")]+)/.exec(fill)?.[1];
      expect(id && container.querySelector(`pattern[id="${id}"]`), state).toBeTruthy();
    }
  });

  it('draws its pace once two of them are known', () => {
    expect(draw([4]).querySelectorAll('svg').length).toBe(2);
    cleanup();
    expect(draw([4, 12, 8]).textContent).toContain('Pace while watched, 12 prices a second at most.');
  });

  it('draws the limit of the shop where that is known, and no other line', () => {
    expect(draw([4, 12, 8]).querySelector('[data-limit]')).toBeNull();
    cleanup();
    for (const [trail, limit, most] of [[[4, 12, 8], 16, 16], [[4, 12, 8], 9, 12]] as const) {
      const container = draw([...trail], limit);
      const line = container.querySelector('[data-limit] line')!;
      const axis = container.querySelector('svg:last-of-type > line')!;
      const high = Number(axis.getAttribute('y1')) - 0.5 - Number(line.getAttribute('y1'));
      expect(high).toBeCloseTo((44 * limit) / most);
      expect(line.parentElement!.textContent).toBe(`limit: ${limit} writes a second`);
      // The line of the pace is on the same scale.
      expect(container.querySelector('svg:last-of-type > path')!.getAttribute('d')).toContain(`L150 ${Math.round((14 + 44 * (1 - 12 / most)) * 10) / 10}`);
      cleanup();
    }
  });

  it('is a table too', () => {
    draw();
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('group', { name: 'Prices by state' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual(['StatePrices', 'Applied60', 'Failed1', 'Conflict4', 'Sent10', 'Waiting25']);
  });
});
