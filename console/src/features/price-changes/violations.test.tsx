// @vitest-environment happy-dom
import { cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { InDemo } from '../../gallery/world/in-demo';
import { Violations } from './violations';

configure({ asyncUtilTimeout: 20_000 });

const row = (change_pct: string, margin_pct: string, violated: string[]) => ({ variant_id: 'var_1', change_pct, margin_pct, violated });
/** What the server has, by guardrail: stopped rows in plan order, of which some are stopped by another guardrail. */
const stopped: Record<string, ReturnType<typeof row>[]> = {
  below_cost: [row('-10.00', '-2.00', ['below_cost']), row('40.00', '-99.00', ['ceiling']), row('-1.00', '-31.50', ['below_cost'])],
  maximum_move: [row('-35.00', '12.00', ['maximum_move']), row('80.00', '60.00', ['ceiling']), row('61.00', '50.00', ['maximum_move'])],
};
const server = { fails: false };

beforeEach(() => {
  server.fails = false;
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://calibr.test');
    const sort = searchParams.get('sort') ?? '';
    const by = sort.replace('-', '') === 'margin_pct' ? 'margin_pct' : 'change_pct';
    const sorted = (stopped[searchParams.get('guardrail') ?? ''] ?? []).toSorted((a, b) => (Number(a[by]) - Number(b[by])) * (sort.startsWith('-') ? -1 : 1));
    const fails = server.fails && pathname.endsWith('/rows');
    const body = fails ? { title: 'No', detail: 'No', code: 'no' } : pathname.endsWith('/rows') ? { data: sort === '' ? [] : sorted, has_more: false } : { guardrails: [] };
    return new Response(JSON.stringify(body), { status: fails ? 400 : 200, headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function worst() {
  const guardrails = Object.keys(stopped).map((guardrail) => ({ guardrail, violated: 2, near: 0, waived: 0 }));
  const change = { id: 'pch_1', verdicts: [], impact: { guardrails }, rules: [] } as unknown as Schemas['PriceChange'];
  render(
    <InDemo role="viewer">
      <Violations change={change} />
    </InDemo>,
  );
  const rows = () => within(screen.getByRole('table', { name: 'Guardrails over the rows' })).getAllByRole('row').slice(1);
  return () => rows().map((each) => within(each).getAllByRole('cell')[3]!.textContent);
}

it('the worst below cost is the lowest margin, of a largest move the farthest, by the whole plan', async () => {
  const cells = worst();
  await waitFor(() => expect(cells()[1]).toContain('move'));
  expect(cells()[0]).toBe('−31.50\u202f% margin');
  expect(cells()[1]).toBe('+61.00\u202f%up 61 percent move');
});

it('what cannot be read is not known', async () => {
  server.fails = true;
  const cells = worst();
  await waitFor(() => expect(cells()).toEqual(['not known', 'not known']));
});
