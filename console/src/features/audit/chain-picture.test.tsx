// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { linksOf } from './chain-links';
import { ChainPicture } from './chain-picture';

const size = vi.hoisted(() => ({ width: 900 }));
vi.mock('@mantine/hooks', async (original) => ({ ...(await original<object>()), useElementSize: () => ({ ref: () => {}, width: size.width, height: 0 }) }));
vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
afterEach(cleanup);

const part = (index: number, intact = true) => ({ first_seal: index * 10 + 1, last_seal: index * 10 + 10, records: 1_200, sealed_at: '2026-11-20T10:00:00Z', intact });

function draw(segments: ReturnType<typeof part>[], width = 900) {
  size.width = width;
  return render(
    <MantineProvider>
      <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
        <ChainPicture segments={segments} />
      </ProjectProvider>
    </MantineProvider>,
  ).container;
}

describe('the picture of the chain', () => {
  it('holds together from end to end when all is as it was sealed', () => {
    const container = draw([0, 1, 2, 3].map((index) => part(index)));
    expect(screen.getByRole('img', { name: 'The chain in 4 parts, all as they were sealed.' })).toBeTruthy();
    expect([container.querySelectorAll('[data-intact=true]').length, container.querySelectorAll('line').length]).toEqual([4, 3]);
  });

  it('is open on both sides of what does not fit, and says where', () => {
    const container = draw([0, 1, 2, 3].map((index) => part(index, index !== 2)));
    expect(screen.getByRole('img', { name: 'The chain in 4 parts; 1 does not fit, the first at seals 21 to 30.' })).toBeTruthy();
    expect([container.querySelectorAll('[data-intact=false]').length, container.querySelectorAll('line').length]).toEqual([1, 1]);
    expect(container.querySelector('[data-intact=false] title')?.textContent).toBe('Seals 21 to 30: does not fit');
  });

  it('is a table too', () => {
    draw([part(0), part(1, false)]);
    fireEvent.click(screen.getByRole('button', { name: 'Show as table' }));
    const rows = within(screen.getByRole('group', { name: 'The chain in parts' })).getAllByRole('row');
    expect(rows.map((row) => [...row.children].map(({ textContent }) => textContent)).slice(1)).toEqual([
      ['1 to 10', '1,200', expect.stringContaining('20 Nov'), 'As sealed'],
      ['11 to 20', '1,200', expect.stringContaining('20 Nov'), 'Does not fit'],
    ]);
  });
});

describe('the links', () => {
  it('stay within the width, in as many rows as they need', () => {
    for (const width of [10, 60, 280, 900]) {
      const { links, rows } = linksOf(60, width, 26);
      expect(links.length).toBe(60);
      expect(Math.max(...links.map(({ row }) => row)) + 1).toBe(rows);
      if (width >= 26) expect(Math.max(...links.map(({ x }) => x)) + 20).toBeLessThanOrEqual(width);
      expect(links.filter(({ last }) => last).length).toBe(rows);
    }
  });
});
