// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { stale, waiting } from '../../gallery/world/changes';
import { InDemo } from '../../gallery/world/in-demo';
import { StaleRibbon } from './stale-ribbon';

afterEach(cleanup);

function shown(change: Schemas['PriceChange']) {
  render(
    <InDemo>
      <StaleRibbon change={change} />
    </InDemo>,
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
