// @vitest-environment happy-dom
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Schemas } from '../../api/client';
import { InDemo } from '../../gallery/world/in-demo';
import { RowDrawer } from './row-drawer';

configure({ asyncUtilTimeout: 20_000 });

/** A plan of which every third row is stopped, told of two at a time. */
const plan = Array.from({ length: 18 }, (_, at) => ({ row: at + 1, variant_id: `var_${at + 1}`, sku: '', title: `Kayak ${at + 1}`, outcome: at % 3 === 0 ? 'blocked' : 'cut', rule: 'Sale v1', violated: [], near: [], waived: [] }) as Schemas['PriceChangeRow']);
const stopped = plan.filter(({ outcome }) => outcome === 'blocked');
const server = { failsFrom: Infinity };

beforeEach(() => {
  server.failsFrom = Infinity;
  vi.stubGlobal('fetch', async (request: Request) => {
    const query = new URL(request.url, 'http://calibr.test').searchParams;
    const from = Number(query.get('cursor') ?? 0);
    const page = query.has('variant_id') ? { data: plan.filter(({ variant_id }) => variant_id === query.get('variant_id')), has_more: false } : { data: stopped.slice(from, from + 2), has_more: from + 2 < stopped.length, next_cursor: String(from + 2) };
    const fails = from >= server.failsFrom;
    return new Response(JSON.stringify(fails ? { title: 'No', detail: 'No', code: 'no' } : page), { status: fails ? 400 : 200, headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(variantId: string) {
  const onMove = vi.fn();
  render(
    <InDemo>
      <RowDrawer changeId="pch_1" stopped={stopped.length} currency="EUR" variantId={variantId} rows={plan} onMove={onMove} onClose={() => undefined} />
    </InDemo>,
  );
  return onMove;
}

it('the next violation is found behind the first page of them', async () => {
  const onMove = open('var_11');
  await vi.waitFor(() => {
    fireEvent.click(screen.getByRole('button', { name: 'Next violation' }));
    expect(onMove).toHaveBeenCalled();
  });
  expect(onMove).toHaveBeenLastCalledWith('var_13');
});

it('only after the last of all it goes back to the first, and says so', async () => {
  const onMove = open('var_16');
  fireEvent.click(await screen.findByRole('button', { name: 'Back to the first violation' }));
  expect(onMove).toHaveBeenLastCalledWith('var_1');
});

it('what could not be read is said, and looked for again', async () => {
  server.failsFrom = 4;
  const onMove = open('var_11');
  await screen.findByText('The next violation could not be read.');
  server.failsFrom = Infinity;
  fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Next violation' }));
  expect(onMove).toHaveBeenLastCalledWith('var_13');
});
