// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider } from '../app/project';
import { project } from '../gallery/world/people';
import { PriceTimeline, type ComingPrice, type SeenPrice, type TimedPrice } from './price-timeline';

const WIDTH = 624;
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: WIDTH, height: 0 }) }));
vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(cleanup);

const NOW = '2026-11-21T12:00:00Z';
const price = (from: string, until: string | null, amount: string): TimedPrice => ({ from, until, amount, reason: 'Import by kim' });
const prices = [price('2026-11-12T08:00:00Z', null, '254.90'), price('2026-08-20T07:00:00Z', '2026-11-12T08:00:00Z', '289.90')];
const coming: ComingPrice[] = [{ from: '2026-11-27T08:00:00Z', amount: '229.90', reason: '“Winter” starts', priceChangeId: 'pch_1' }];
const seen: SeenPrice[] = [{ amount: '269.00', from: '2026-11-16T09:00:00Z', until: '2026-11-21T04:17:00Z', shop: 'demo.shop' }];

function draw(more: Partial<Parameters<typeof PriceTimeline>[0]> = {}) {
  return render(
    <MantineProvider>
      <ProjectProvider value={project}>
        <PriceTimeline prices={prices} currency="EUR" until={NOW} onChoose={() => undefined} {...more} />
      </ProjectProvider>
    </MantineProvider>,
  ).container;
}

const svg = (container: HTMLElement) => container.querySelector('figure svg[aria-hidden]')!;
const texts = (container: HTMLElement) => [...svg(container).querySelectorAll('text')].map((text) => text.textContent);
const caption = (container: HTMLElement) => container.querySelector('figcaption')!.textContent;

describe('the picture of a price over time', () => {
  it('says its least and highest price and its first and last day', () => {
    const said = texts(draw());
    expect(said).toEqual(expect.arrayContaining(['€254.90', '€289.90', '20 Aug 2026', 'now']));
    cleanup();
    expect(texts(draw({ coming, seen }))).toEqual(expect.arrayContaining(['€229.90', '€289.90', '20 Aug 2026', '27 Nov 2026', 'now']));
  });

  it('marks where the clocks of the store change, and says so', () => {
    const container = draw();
    expect([...container.querySelectorAll('[data-clock]')].map((line) => line.getAttribute('data-clock'))).toEqual(['-60']);
    expect(texts(container)).toContain('clocks −1 h');
    expect(caption(container)).toContain('The clocks of Europe/Berlin change where a thin line is dotted.');
    cleanup();
    const without = draw({ prices: [price('2026-11-12T08:00:00Z', null, '254.90')] });
    expect([without.querySelector('[data-clock]'), caption(without)!.includes('clocks')]).toEqual([null, false]);
  });

  it('goes on dashed behind now, with a mark that leads to the price change', () => {
    const onOpen = vi.fn();
    const container = draw({ coming, onOpen });
    const paths = [...svg(container).querySelectorAll('path')].map((path) => path.getAttribute('d')!);
    expect(paths.length).toBe(2);
    const [past, ahead] = [paths[0]!, paths[1]!].map((path) => path.match(/[\d.]+/g)!.map(Number)) as [number[], number[]];
    // It begins where the line ends, now and at the price of now, and reaches farther.
    expect(ahead.slice(0, 2)).toEqual(past.slice(-2));
    expect(ahead.at(-2)).toBe(WIDTH - 12);
    expect(ahead.at(-1)).toBeGreaterThan(ahead[1]!);
    expect(caption(container)).toContain('Planned from 27 Nov 2026, 09:00: €229.90.');
    fireEvent.click(screen.getByRole('button', { name: '27 Nov 2026, 09:00, planned: €229.90, “Winter” starts' }));
    expect(onOpen).toHaveBeenCalledWith('pch_1');
    cleanup();
    expect(svg(draw()).querySelectorAll('path').length).toBe(1);
  });

  it('keeps the price where what is to come is reckoned only then', () => {
    const container = draw({ coming: [{ ...coming[0]!, amount: null }] });
    const ahead = [...svg(container).querySelectorAll('path')].at(-1)!.getAttribute('d')!.match(/[\d.]+/g)!.map(Number);
    expect(new Set(ahead.filter((_, index) => index % 2 === 1)).size).toBe(1);
    expect(caption(container)).toContain('a price that is reckoned then');
  });

  it('has a line of its own for what a shop shows instead', () => {
    const container = draw({ seen });
    expect(svg(container).querySelectorAll('path').length).toBe(2);
    expect(texts(container)).toContain('in the shop €269.00');
    expect(caption(container)).toContain('demo.shop shows €269.00 instead, last seen 21 Nov 2026, 05:17.');
  });

  it('is walked by arrows from the present price on', () => {
    draw({ coming });
    const marks = within(screen.getByRole('group', { name: 'Changes of the price' })).getAllByRole('button');
    expect(marks.map((mark) => mark.tabIndex)).toEqual([-1, 0, -1]);
    marks[1]!.focus();
    fireEvent.keyDown(marks[1]!, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(marks[2]);
    fireEvent.keyDown(marks[2]!, { key: 'Home' });
    expect(document.activeElement).toBe(marks[0]);
  });

  it('puts marks together that lie closer than a fiftieth, with their count', () => {
    const close = [price('2026-11-12T08:00:00Z', null, '254.90'), price('2026-11-11T15:30:00Z', '2026-11-12T08:00:00Z', '259.90'), ...prices.slice(1)];
    draw({ prices: close });
    const marks = within(screen.getByRole('group', { name: 'Changes of the price' })).getAllByRole('button');
    expect(marks.map((mark) => mark.textContent)).toEqual(['', '2']);
    expect(marks[1]!.getAttribute('aria-label')).toMatch(/^2 changes, the last 12 Nov 2026/);
  });

  it('draws very many prices from the first on, by their extremes', () => {
    const at = (index: number) => new Date(Date.parse('2026-08-20T07:00:00Z') + index * 3_600_000).toISOString();
    const many = Array.from({ length: 1_200 }, (_, index) => price(at(index), index === 1_199 ? null : at(index + 1), index === 7 ? '999.00' : `${100 + (index % 9)}.00`)).reverse();
    const container = draw({ prices: many });
    expect(texts(container)).toEqual(expect.arrayContaining(['€999.00', '€100.00', '20 Aug 2026']));
    expect(svg(container).querySelector('path')!.getAttribute('d')!.match(/L/g)!.length).toBeLessThanOrEqual(1_000);
    expect(svg(container).querySelectorAll('line, path, rect, text').length).toBeLessThan(400);
  });

  it('is a table too, with all that is drawn', () => {
    draw({ coming, seen });
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('group', { name: 'Prices over time' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual([
      'FromPriceWhy',
      '20 Aug 2026, 09:00€289.90Import by kim',
      '12 Nov 2026, 09:00€254.90Import by kim',
      '27 Nov 2026, 09:00, planned€229.90“Winter” starts',
      '16 Nov 2026, 10:00, in demo.shop€269.00seen there until 21 Nov 2026, 05:17',
      '25 Oct 2026, 02:00clocks −1 h',
    ]);
  });
});
