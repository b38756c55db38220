// @vitest-environment happy-dom
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { afterEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { ProjectProvider, type Project } from '../../app/project';
import { MeProvider } from '../../app/session';
import { stale, waiting } from '../../gallery/world/changes';
import { meAs } from '../../gallery/world/people';
import { StaleRibbon } from './stale-ribbon';

afterEach(cleanup);

function shown(change: Schemas['PriceChange']) {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <MeProvider value={meAs('editor')}>
          <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
            <MemoryRouter>
              <StaleRibbon change={change} />
            </MemoryRouter>
          </ProjectProvider>
        </MeProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return screen.queryByRole('note')?.textContent ?? null;
}

const other = { id: 'pch_2', title: 'Without two' };

describe('a plan that cannot be used any more', () => {
  it('says what moved, and how to plan again', () => {
    expect(shown(stale)).toContain('This plan is stale.');
    expect(screen.getByRole('button', { name: 'Plan again…' })).toBeTruthy();
  });

  it('leads to the plan that took its place', () => {
    expect(shown({ ...stale, state: 'stale', replaced_by: other })).toContain('This plan was replaced.');
    expect(screen.getByRole('link', { name: 'Open Without two' }).getAttribute('href')).toBe('/demo/price-changes/pch_2');
    expect(screen.queryByRole('button', { name: 'Plan again…' })).toBeNull();
  });

  it('is not one that was applied all the same, nor one that waits', () => {
    expect(shown({ ...waiting, state: 'applied', replaced_by: other })).toBeNull();
    expect(shown(waiting)).toBeNull();
  });
});
