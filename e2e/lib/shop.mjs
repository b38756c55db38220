// The demo's shop as it is on the network: answers get lost, gateways fail, other apps use up the limit. The whole journey
// goes on in this weather; a part may add what it needs.
import assert from 'node:assert/strict';

const WRITES = 'productVariantsBulkUpdate';
/** What runs read before and after they write. */
const READS = 'nodes';

/** Five percent of the writes are carried out and never answered; two in a hundred writes, and as many readings, meet a failing gateway. */
const WEATHER = [
  { kind: 'timeout_after_commit', operation: WRITES, per_mille: 50, seed: 3 },
  { kind: 'http_error_before_commit', status: 503, operation: 'mutation', per_mille: 20, seed: 5 },
  { kind: 'http_error_before_commit', status: 502, operation: READS, per_mille: 20, seed: 7 },
  { kind: 'throttle', per_mille: 20, seed: 9 },
];

/** Every write takes its time. */
export const SLOW = { kind: 'hold_after_commit', hold_ms: 1500, operation: WRITES, per_mille: 1000 };

/** From now on the shop does this, and `more` if anything. */
export async function weather(shop, ...more) {
  const place = new URL('/__sim/faults', shop);
  await fetch(place, { method: 'DELETE' });
  const answer = await fetch(place, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([...WEATHER, ...more]) });
  assert.equal(answer.status, 200, 'the shop takes its faults');
}

/** Has the shop take its time over every write for as long as `act` runs. */
export const withASlowShop = (shop, act) => during(shop, SLOW, act);

/** Has the shop refuse a fifth of all writes for good, for as long as `act` runs. */
export const withARefusingShop = (shop, act) => during(shop, { kind: 'http_error_before_commit', status: 404, operation: WRITES, per_mille: 200, seed: 11 }, act);

async function during(shop, fault, act) {
  await weather(shop, fault);
  try {
    await act();
  } finally {
    await weather(shop);
  }
}

/** What a SKU costs in the shop itself, as people who buy there see it. */
export async function priceInShop(shop, sku) {
  const { products } = await (await fetch(new URL('/__sim/state', shop))).json();
  const found = products.flatMap(({ variants }) => variants).filter((variant) => variant.sku === sku);
  assert.equal(found.length, 1, `the shop sells ${sku}`);
  return found[0].price;
}

/** What the shop has done to those who asked, by the name of the fault and whether it was a `query` or a `mutation`: none of it may be missing. */
export async function weathered(shop) {
  const journal = await (await fetch(new URL('/__sim/journal', shop))).json();
  const met = new Map();
  for (const { faults = [], kind } of journal.entries ?? journal) for (const fault of faults) met.set(`${fault} of a ${kind}`, (met.get(`${fault} of a ${kind}`) ?? 0) + 1);
  return met;
}
