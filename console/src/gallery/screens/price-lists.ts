// A shop with a price list: the price of a variant on it and why, and what drifted there. Everywhere else the shop has base prices alone.
import type { Schemas } from '../../api/client';
import type { Answers } from '../canned';
import { NOW } from '../clock';
import type { Over } from '../states';
import { drifts, prices, TRACE, VARIANT, variants } from '../world/catalogue';
import { EARLIER, MINUTES_AGO } from '../world/people';

const chf = (amount: string) => ({ amount, currency: 'CHF' });
const base = { name: 'base', title: 'Base prices', currency: 'EUR' };
const list = { name: 'switzerland', title: 'Switzerland', currency: 'CHF', channel_id: drifts[0]!.channel, fixed_rows: 12, relative_rows: 294, read_at: MINUTES_AGO };
const decided: Schemas['PriceVersion'] = { ...prices[0]!, id: 'prv_01m7zqyn9aeazr3gdc4fvnve1a', price: chf('249.00'), compare_at: chf('279.00') };
const followed: Schemas['PriceVersion'] = { ...prices[1]!, id: 'prv_01m7zqyn9aeazr3gdc4fvnve2b', price: chf('279.00'), relative: true };
const follows: Schemas['PriceVersion'] = { ...followed, valid_to: null };
const TRACED = TRACE.replaceAll('EUR', 'CHF').replaceAll('289.90', '283.00').replaceAll('255.112', '249.04').replaceAll('254.90', '249.00').replaceAll('0.90', '1.00');

const SURFACES: Answers = { '/api/v1/surfaces': { get: { data: [base, list], has_more: false } } };
const onTheList = (held: Schemas['PriceVersion']): Answers => ({
  ...SURFACES,
  '/api/v1/drifts': { get: { data: [], has_more: false } },
  '/api/v1/variants/{id}/prices': { get: ({ query }) => ({ data: query.get('surface') === list.name ? [held, ...(held === follows ? [] : [followed])] : prices, has_more: false }) },
});
const explained = { variant: variants[0]!, surface: list.name, at: NOW, approved_by: [] };

const drift = { ...drifts[1]!, surface: list.name, expected_compare_at: null, found_compare_at: null };
const three = [
  { ...drift, id: 'dft_01m7zr3pb8et98knvfctg68x3t', expected: chf('249.00'), found: chf('239.00'), found_by: 'sweep', first_seen_at: EARLIER },
  { ...drift, id: 'dft_01m7zr3pb8et98knvfctg68x4t', variant: drifts[0]!.variant, sku: drifts[0]!.sku, title: drifts[0]!.title, expected: chf('21.00'), found: chf('22.00'), found_relative: true, found_by: 'run' },
  drifts[0]!,
];

export const priceLists: Record<string, Over> = {
  'price-list-variant': {
    path: `/demo/catalog/${VARIANT}?surface=${list.name}`,
    part: 'main',
    states: {
      decided: {
        answers: { ...onTheList(decided), '/api/v1/variants/{id}/explain': { get: { ...explained, price: decided, trace: TRACED, rule: 'autumn-sale v4', approved_by: ['ana@nordlys.test'] } } },
        says: ['Price list', 'CHF 249.00', '12 prices of their own, 294 follow the base price', 'autumn-sale v4'],
      },
      follows: {
        answers: { ...onTheList(follows), '/api/v1/variants/{id}/explain': { get: { ...explained, price: follows } } },
        says: ['Follows the base price', 'no price of its own in this price list'],
      },
      none: {
        answers: { ...onTheList(followed), '/api/v1/variants/{id}/explain': { get: explained } },
        says: ['Calibr knew of no price on Switzerland at that time.'],
      },
    },
  },
  'price-list-drift': {
    path: '/demo/drift?state=open',
    part: 'main',
    states: {
      ready: { answers: { ...SURFACES, '/api/v1/drifts': { get: { data: three, has_more: false } } }, says: ['Switzerland', 'Base prices', 'follows the base price'] },
      chosen: {
        answers: { ...SURFACES, '/api/v1/drifts': { get: { data: three, has_more: false } } },
        act: ({ press }) => press('Choose 3 open drifts'),
        says: ['3 open drifts chosen.', 'Prices are put back one surface at a time.', 'Take 3 prices as ours…'],
        hides: ['Put 3 prices back…'],
      },
    },
  },
};
