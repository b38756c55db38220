// @vitest-environment happy-dom
import { cleanup, configure, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { rows, waiting } from '../../gallery/world/changes';
import { InDemo } from '../../gallery/world/in-demo';
import { MarginCard } from './margin-card';

configure({ asyncUtilTimeout: 20_000 });
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The card of a plan whose rows have these margins. */
function shown(currency: string, margins: (string | null)[]) {
  const data = margins.map((margin_pct, at) => ({ ...rows[0]!, row: at + 1, margin_pct }));
  const counts = { ...waiting.impact.counts, raise: 0, cut: data.length, blocked: 0 };
  vi.stubGlobal('fetch', async ({ url }: Request) => Response.json(url.includes('/counts') ? counts : url.includes('/guardrails') ? { guardrails: [] } : { data, has_more: false }));
  render(
    <InDemo>
      <MarginCard change={{ ...waiting, currency, impact: { ...waiting.impact, counts } }} />
    </InDemo>,
  );
}

it('margins are those without tax, and of rows without one it is said what they lack', async () => {
  shown('EUR', ['45.41', '12.00', null]);
  const caption = await screen.findByText(/^No row|would sell below cost/);
  expect(caption.textContent).toContain('by margin afterwards, without tax, at the cost known now; 1 without a price or a known cost in EUR are left out.');
});

it('costs that are known in another currency only make no picture', async () => {
  shown('GBP', [null, null]);
  expect(await screen.findByText('No cost in GBP is known of the rows that change.')).toBeTruthy();
});
