// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cell, Point } from './margin-points';
import { MarginCells, MarginScatter, type Floor } from './margin-scatter';

vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(cleanup);

const floor: Floor = { level: '20', near: '2', name: 'at least 20 %' };
const points: Point[] = [
  { mark: 'cut', change: '-12.00', level: '35.00' },
  { mark: 'raise', change: '4.00', level: '21.00' },
];
const cell = (change: number, margin: number, rows: number, blocked = 0): Cell => ({ change_from_pct: `${change}`, change_to_pct: `${change + 5}`, margin_from_pct: `${margin}`, margin_to_pct: `${margin + 5}`, rows, blocked });
const number = (element: Element | null, name: string) => Number(element!.getAttribute(name));

const scatter = (drawn = floor) => render(<MarginScatter points={points} floor={drawn} width={600} labelledBy="x" />).container;
const cells = (drawn: Cell[]) => render(<MarginCells cells={drawn} floor={floor} width={600} labelledBy="x" />).container;

describe('the picture of margins', () => {
  it('dots the band above the floor in which a margin comes near, as high as its points', () => {
    const container = scatter();
    const band = container.querySelector('[data-near]')!;
    const line = [...container.querySelectorAll('svg > line')].at(-1)!;
    expect(band.getAttribute('fill')).toMatch(/^url\(#/);
    expect(container.querySelector(`pattern[id="${band.getAttribute('fill')!.slice(5, -1)}"] circle`)).toBeTruthy();
    expect(number(band, 'y') + number(band, 'height')).toBeCloseTo(number(line, 'y1'));
    // From 0 to 40 percent on 208 pixels.
    expect(number(band, 'height')).toBeCloseTo((2 / 40) * 208);
  });

  it('keeps the band on the paper and of its height where zero is the upper end', () => {
    const below: Point[] = [{ mark: 'cut', change: '-12.00', level: '-35.00' }];
    const container = render(<MarginScatter points={below} floor={{ level: '-10', near: '2', name: 'low' }} width={600} labelledBy="x" />).container;
    expect(number(container.querySelector('[data-near]'), 'height')).toBeCloseTo((2 / 50) * 208);
    cleanup();
    expect(number(scatter({ level: '40', near: '2', name: 'high' }).querySelector('[data-near]'), 'height')).toBe(0);
  });
});

describe('the same of very many rows', () => {
  const drawn = [cell(-15, 30, 4_000, 40), cell(-15, 5, 0, 900), cell(5, 40, 1_000)];

  it('has a square for each cell and outcome, its area the share of the largest', () => {
    const squares = [...cells(drawn).querySelectorAll('g > rect')];
    expect(squares.length).toBe(4);
    const area = (square: Element | undefined) => number(square!, 'width') * number(square!, 'height');
    expect(area(squares[3]) / area(squares[0])).toBeCloseTo(1 / 4);
    expect(number(squares[1]!, 'width')).toBeGreaterThanOrEqual(2);
  });

  it('says of each square what it stands for', () => {
    const titles = [...cells(drawn).querySelectorAll('title')].map((title) => title.textContent!.replaceAll('\u202f', ' '));
    expect(titles[0]).toBe('Change from −15 % to −10 %, margin from 30 % to 35 %: 4,000 prices, 40 blocked');
    expect(titles[2]).toBe('Change from +5 % to +10 %, margin from 40 % to 45 %: 1,000 prices');
  });

  it('keeps every square within its cell and the picture', () => {
    for (const square of cells([cell(-100, -100, 5), cell(195, 95, 5), cell(0, 0, 1)]).querySelectorAll('g > rect')) {
      expect(number(square, 'x')).toBeGreaterThanOrEqual(44);
      expect(number(square, 'x') + number(square, 'width')).toBeLessThanOrEqual(600);
      expect(number(square, 'y')).toBeGreaterThanOrEqual(8);
      expect(number(square, 'y') + number(square, 'height')).toBeLessThanOrEqual(216);
    }
  });
});
