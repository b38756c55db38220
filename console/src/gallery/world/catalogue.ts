// A few variants of the gallery's shop, with the history of one of them.
import type { Schemas } from '../../api/client';
import { EDITOR, EARLIER, MINUTES_AGO } from './people';

export const CHANNEL = 'chn_01m7zqyn6ne3cahs2jgbnk8j8a';
export const VARIANT = 'var_01m7zqyn9aeazr3gdc4fvnvezz';

export const eur = (amount: string): Schemas['Money'] => ({ amount, currency: 'EUR' });

function variant(id: string, sku: string, product: string, title: string, prices: { price: string; before?: string; cost?: string }): Schemas['Variant'] {
  return {
    id,
    product_id: 'prd_01m7zqyn94et9tfqe3y5svweh9',
    product_title: product,
    title,
    sku,
    vendor: 'Nordkamm',
    product_type: 'Tents',
    tags: ['3-season', 'camping'],
    price: eur(prices.price),
    compare_at: prices.before === undefined ? null : eur(prices.before),
    cost: prices.cost === undefined ? null : eur(prices.cost),
    inventory: 20,
    channel_refs: { [CHANNEL]: 'gid://shopify/ProductVariant/48540000000001' },
    price_since: MINUTES_AGO,
    price_source: 'price_change',
  };
}

export const variants: Schemas['Variant'][] = [
  variant(VARIANT, 'TE-001-MOSS', 'Kar 1 Trekking Tent', 'Moss', { price: '254.90', before: '289.90', cost: '139.15' }),
  variant('var_01m7zqyn9aeazr3gdc4jcy1hjv', 'TE-001-SAND', 'Kar 1 Trekking Tent', 'Sand', { price: '254.90', before: '289.90', cost: '139.15' }),
  variant('var_01m7zqyn9aeazr3gdcc9ymds9m', 'BA-025-1530', 'Pack Rain Cover', '15-30 l', { price: '19.90' }),
];

export const products: Schemas['Product'][] = [
  { id: 'prd_01m7zqyn94et9tfqe3y5svweh9', handle: 'kar-1-trekking-tent', title: 'Kar 1 Trekking Tent', vendor: 'Nordkamm', product_type: 'Tents', tags: ['3-season', 'camping'], status: 'active', variants_count: 2 },
  { id: 'prd_01m7zqyn94et9tfqe3y9ymds9m', handle: 'pack-rain-cover', title: 'Pack Rain Cover', vendor: 'Nordkamm', product_type: 'Backpacks', tags: ['rain'], status: 'active', variants_count: 1 },
];

export const facets: Schemas['Facets'] = {
  vendors: [{ value: 'Nordkamm', count: 3 }],
  product_types: [
    { value: 'Tents', count: 2 },
    { value: 'Backpacks', count: 1 },
  ],
  tags: [
    { value: 'camping', count: 2 },
    { value: 'rain', count: 1 },
  ],
};

export const prices: Schemas['PriceVersion'][] = [
  {
    id: 'prv_01m7zr3nb8ej7vv6rsjdzbcpt4',
    price: eur('254.90'),
    compare_at: eur('289.90'),
    valid_from: MINUTES_AGO,
    valid_to: null,
    source: 'price_change',
    source_id: 'run_01m7zr3n1ge95s535sr5y1yc2r',
    actor: EDITOR,
    because: { run_id: 'run_01m7zr3n1ge95s535sr5y1yc2r', price_change_id: 'pch_01m7zr3mk4eg5sp39ksxkd50qq', title: 'Autumn sale', note: 'Before the storms.', rule: 'autumn-sale v4' },
  },
  { id: 'prv_01m7zqyn9aeazr3gdc4fvnvezz', price: eur('289.90'), compare_at: null, valid_from: EARLIER, valid_to: MINUTES_AGO, source: 'ingest', actor: 'system', because: null },
];

export const TRACE = JSON.stringify({
  schema: 'trace.v1',
  engine: '3',
  guardrails: '4',
  currency: 'EUR',
  before: '289.90',
  steps: [
    { kind: 'select', rule: 'autumn-sale v4', output: 'selected' },
    { kind: 'percent', input: '289.90', output: '255.112', reason: '-12 %' },
    { kind: 'rounding', input: '255.112', output: '254.90', reason: 'nearest, to 0.90 in each 1.00' },
    { kind: 'floor', verdict: 'passed', limit: '25.00', reason: 'not below' },
    { kind: 'below_cost', verdict: 'passed', value: '254.90', limit: '139.15', reason: 'without tax not below the cost' },
    { kind: 'compare_at', input: 'none', output: '289.90', reason: 'set to the price before' },
  ],
  rule: 'autumn-sale v4',
  rule_hash: 'b907b1b3644356d249c1cd1549146ed3d4598554c551a7c2e025a40a36a9092d',
  outcome: 'cut',
  reason: 'as_ruled',
  after: '254.90',
});

export const channels: Schemas['Channel'][] = [
  { id: CHANNEL, connector: 'shopify', name: 'nordlys.myshopify.com', state: 'connected', created_at: EARLIER, ingested_at: MINUTES_AGO },
];

export const health: Schemas['ChannelHealth'] = {
  state: 'connected',
  answers: true,
  problem: null,
  budget: { available: 1998, maximum: 2000, per_second: 100, per_write: 11 },
  scopes: ['write_products', 'read_products'],
  missing_scopes: [],
  last_read_at: MINUTES_AGO,
  last_write_at: MINUTES_AGO,
  last_webhook_at: null,
  webhook_lag_ms: null,
  webhooks_waiting: 0,
};

export const drifts: Schemas['Drift'][] = [
  { id: 'dft_01m7zr3pb8et98knvfctg68x1t', channel: CHANNEL, surface: 'base', variant: 'var_01m7zqyn9aeazr3gdcc9ymds9m', sku: 'BA-025-1530', title: 'Pack Rain Cover / 15-30 l', state: 'open', expected: eur('19.90'), expected_compare_at: null, expected_relative: false, found: eur('18.00'), found_compare_at: null, found_relative: false, found_by: 'sweep', first_seen_at: EARLIER, last_seen_at: MINUTES_AGO },
  { id: 'dft_01m7zr3pb8et98knvfctg68x2t', channel: CHANNEL, surface: 'base', variant: 'var_01m7zqyn9aeazr3gdc4jcy1hjv', sku: 'TE-001-SAND', title: 'Kar 1 Trekking Tent / Sand', state: 'open', expected: eur('254.90'), expected_compare_at: eur('289.90'), expected_relative: false, found: eur('259.00'), found_compare_at: eur('289.90'), found_relative: false, found_by: 'webhook', first_seen_at: EARLIER, last_seen_at: MINUTES_AGO },
];
