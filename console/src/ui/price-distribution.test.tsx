// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { eur } from '../gallery/world/catalogue';
import { PriceDistribution } from './price-distribution';
import type { PriceBin } from './price-bins';

let width = 600;
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width, height: 0 }) }));
vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(() => {
  cleanup();
  width = 600;
});

const bins: PriceBin[] = [
  { from: eur('10.00'), to: eur('12.00'), before: 1, after: 6 },
  { from: eur('12.00'), to: eur('14.40'), before: 2, after: 2 },
  { from: eur('14.40'), to: eur('17.28'), before: 7, after: 2 },
];
const near: PriceBin[] = [
  { from: eur('8.00'), to: eur('10.00'), before: 1, after: 6 },
  { from: eur('10.00'), to: eur('12.00'), before: 1, after: 6 },
  { from: eur('12.00'), to: eur('14.40'), before: 12, after: 20 },
  ...bins.slice(2),
];

const draw = (drawn = bins) =>
  render(
    <MantineProvider>
      <PriceDistribution bins={drawn} />
    </MantineProvider>,
  ).container;

const named = (container: HTMLElement) => [...container.querySelectorAll('svg[role=img] text')].filter((text) => /before|after/.test(text.textContent!));

describe('the picture of how prices are spread', () => {
  it('names the two middles where they lie', () => {
    expect(named(draw()).map((text) => text.textContent)).toEqual(['middle before: 14.40 to 17.28', 'middle after: 10.00 to 12.00']);
  });

  it('keeps each name beside its line and within the picture', () => {
    // What a letter takes of 11 pixels, at most.
    const letter = 6;
    for (width of [254, 600]) {
      for (const drawn of [bins, near]) {
        const texts = named(draw(drawn));
        expect(new Set(texts.map((text) => text.getAttribute('y'))).size).toBe(2);
        for (const text of texts) {
          const [x, end] = [Number(text.getAttribute('x')), text.getAttribute('text-anchor') === 'end'];
          expect(end ? x : width - x).toBeGreaterThanOrEqual(text.textContent!.length * letter - 20);
        }
        cleanup();
      }
    }
  });

  it('says the finding in words', () => {
    draw();
    expect(screen.getByText(/^The middle price lies between €14\.40 and €17\.28 before, between €10\.00 and €12\.00 after\./)).toBeTruthy();
  });

  it('is a table too', () => {
    draw();
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('group', { name: 'Prices in EUR' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual(['Price in EURBeforeAfter', '10.00 to 12.0016', '12.00 to 14.4022', '14.40 to 17.2872']);
  });
});
