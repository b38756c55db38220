// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bins } from '../gallery/world/rules';
import { ChangeHistogram, type MoveLimits } from './change-histogram';

vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: 400, height: 0 }) }));
vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(cleanup);

const histogram = bins({ '-12.50': 72, '2.50': 4 }, { '-32.50': 1, '-12.50': 2 });

function draw(more: { blocked?: number; limits?: MoveLimits; onChoose?: (key: string) => void } = {}, drawn = histogram) {
  return render(
    <MantineProvider>
      <ChangeHistogram bins={drawn} median="-12.07" {...more} />
    </MantineProvider>,
  ).container;
}

const picture = (container: HTMLElement) => container.querySelector('svg[role]')!;
const hatched = (container: HTMLElement) => [...picture(container).querySelectorAll('rect[fill^="url(#"]')];

describe('the picture of how far prices move', () => {
  it('hatches what is blocked and nothing else, on top of what is written', () => {
    const container = draw({ blocked: 3 });
    expect(hatched(container).length).toBe(2);
    const [written, stopped] = [...[...picture(container).querySelectorAll('g')].find((bar) => bar.querySelector('title')?.textContent?.includes('72 prices'))!.querySelectorAll('rect')];
    expect(Number(stopped!.getAttribute('y')) + Number(stopped!.getAttribute('height'))).toBeCloseTo(Number(written!.getAttribute('y')));
    expect(hatched(draw({}, bins({ '-12.50': 72, '2.50': 4 })))).toEqual([]);
  });

  it('says how many are blocked, and of how many it is not known how far they would have moved', () => {
    expect(draw({ blocked: 3 }).querySelector('figcaption')!.textContent).toContain('3 more are blocked.');
    cleanup();
    expect(draw({ blocked: 5 }).querySelector('figcaption')!.textContent).toContain('Of 2 blocked rows it is not known how far.');
    cleanup();
    const older = histogram.map(({ blocked: _, ...bin }) => bin);
    expect(draw({ blocked: 2 }, older).querySelector('figcaption')!.textContent).toContain('Of 2 blocked rows it is not known how far.');
  });

  it('is drawn where everything is blocked', () => {
    expect(hatched(draw({ blocked: 1 }, bins({}, { '-12.50': 1 }))).length).toBe(1);
    cleanup();
    expect(draw({}, bins({})).querySelector('figure')).toBeNull();
  });

  it('lets a bar be chosen that holds nothing but what is blocked', () => {
    const chosen: string[] = [];
    draw({ onChoose: (key) => chosen.push(key) });
    const bars = screen.getByRole('listbox', { name: 'Changes by size' });
    expect(within(bars).getAllByRole('option').map((bar) => bar.getAttribute('aria-label'))).toEqual([
      'between −32.5 % and −27.5 %: 0 prices, and 1 blocked',
      'between −12.5 % and −7.5 %: 72 prices, and 2 blocked',
      'between +2.5 % and +7.5 %: 4 prices',
    ].map((text) => text.replaceAll(' %', '\u202f%')));
    fireEvent.keyDown(bars, { key: 'Enter' });
    expect(chosen).toEqual(['-32.50..-27.50']);
  });

  it('shades what lies beyond the largest move, where the bins reach so far', () => {
    const container = draw({ limits: { down: '-20', up: '50' } });
    expect(container.querySelector('figcaption')!.textContent!.replaceAll('\u202f', ' ')).toContain('Guardrails stop what moves beyond −20 %.');
    const bands = [...container.querySelectorAll('[data-beyond] rect')];
    expect(bands.length).toBe(1);
    const edge = Number(bands[0]!.getAttribute('width'));
    const inside = [...picture(container).querySelectorAll('g')].find((bar) => bar.querySelector('title')?.textContent?.includes('72 prices'))!.querySelector('rect')!;
    const outside = hatched(container)[0]!;
    expect(Number(outside.getAttribute('x'))).toBeLessThan(edge);
    expect(Number(inside.getAttribute('x'))).toBeGreaterThan(edge);
    cleanup();
    expect(draw().querySelector('[data-beyond]')).toBeNull();
  });

  it('is a table too, with what is blocked', () => {
    draw();
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('group', { name: 'Changes by size' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent!.replaceAll('\u202f', ' '))).toEqual(['ChangePricesBlocked', 'between −32.5 % and −27.5 %01', 'between −12.5 % and −7.5 %722', 'between +2.5 % and +7.5 %40']);
  });
});
