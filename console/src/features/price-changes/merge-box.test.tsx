// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { applied, waiting } from '../../gallery/world/changes';
import { InDemo } from '../../gallery/world/in-demo';
import { MergeBox } from './merge-box';

afterEach(cleanup);

function shown(change: Schemas['PriceChange']) {
  render(
    <InDemo path="/demo/price-changes/pch_1">
      <MergeBox change={change} onReload={() => undefined} />
    </InDemo>,
  );
}

const reason = (code: string, status = 'block') => ({ ...waiting, checks: [{ code, status, detail: 'Why.' }] });

describe('whether a price change can be applied', () => {
  it.each([
    ['violations', 'warn', '/demo/price-changes/pch_1?tab=violations#rows'],
    ['changes_asked', 'warn', '/demo/price-changes/pch_1?tab=discussion#rows'],
    ['guardrail.freeze', 'block', '/demo/guardrails'],
    ['price_change.guardrail', 'wait', '/demo/guardrails'],
    ['channel.busy', 'wait', '/demo/runs'],
    ['channel.several', 'block', '/demo/connectors'],
  ])('leads from %s to where it is mended', (code, status, to) => {
    shown(reason(code, status));
    expect(screen.getByText('Why.').querySelector('a')?.getAttribute('href')).toBe(to);
  });

  it.each(['pass', 'block'])('leads nowhere from what is well, nor where the ribbon does already', (status) => {
    shown(reason('fresh', status));
    expect(screen.getByText('Why.').querySelector('a')).toBeNull();
  });

  it('asks nothing of a plan that is over', () => {
    shown(applied);
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe('What became of it');
    expect(screen.queryByText(/will be written/)).toBeNull();
  });
});
