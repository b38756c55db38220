// @vitest-environment happy-dom
import { act, cleanup, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProjectProvider, type Project } from '../../app/project';
import { LinkState } from './link-state';
import { startLive, type Live } from './live';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T13:02:20Z') });
  vi.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const page = (live: Partial<Live>, settled = false) => (
  <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
    <LinkState live={{ ...startLive, ...live }} settled={settled} />
  </ProjectProvider>
);
const lost = (retryInMs: number): Partial<Live> => ({ link: 'lost', heardAtMs: Date.parse('2026-11-21T13:02:11Z'), retryAtMs: Date.now() + retryInMs });
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('a stream that is lost', () => {
  it('says since when, counts down to the next attempt, and begins again with the one after', async () => {
    const { container, rerender } = render(page(lost(3_400)));
    expect(container.textContent).toBe('Not live. Last update 14:02:11. Reconnecting in 4 s.');
    const seen: (string | undefined)[] = [];
    for (let step = 0; step < 8; step += 1) {
      await pass(500);
      seen.push(/Reconnecting (.+)\.$/.exec(container.textContent)?.[1]);
    }
    expect(seen).toEqual(['in 3 s', 'in 3 s', 'in 2 s', 'in 2 s', 'in 1 s', 'in 1 s', 'now', 'now']);
    expect(vi.getTimerCount()).toBe(0);
    rerender(page(lost(5_000)));
    expect(container.textContent).toContain('Reconnecting in 5 s.');
  });

  it('says nothing of the kind once it is live again, nor of a run that is over', async () => {
    const { container, rerender } = render(page(lost(4_000)));
    rerender(page({ link: 'live', heardAtMs: Date.now() }));
    expect(container.textContent?.trim()).toBe('Live');
    expect(vi.getTimerCount()).toBe(0);
    rerender(page(lost(4_000), true));
    expect(container.textContent).toBe('');
    rerender(page({ link: 'ended' }));
    expect(container.textContent).toBe('');
  });
});
