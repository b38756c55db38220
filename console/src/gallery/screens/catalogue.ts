// The catalogue, one variant, the connected shops, and what drifted in them.
import { CHANNEL, VARIANT, variants } from '../world/catalogue';
import { problem } from '../canned';
import type { Screen } from '../states';
import { listing, not, overtaken, reading, viewer, why } from './kinds';

export const catalogue: Record<string, Screen> = {
  catalog: {
    route: '/:project/catalog',
    path: '/demo/catalog',
    heard: true,
    states: {
      ...listing({
        reads: ['get /api/v1/catalog/variants'],
        list: 'get /api/v1/catalog/variants',
        row: 'TE-001-MOSS',
        empty: 'The catalogue holds what you sell.',
        filtered: { path: '/demo/catalog?q=kayak', words: 'text: kayak' },
        more: 'More rows come as you scroll',
      }),
      'no-right': why.everybodyReads,
      stale: not('It shows what Calibr last saw; each row says since when.'),
      partial: why.nothingPartial,
      conflict: why.nothingEdited,
    },
  },
  variant: {
    route: '/:project/catalog/:variantId',
    path: `/demo/catalog/${VARIANT}`,
    states: {
      ...reading({ reads: ['get /api/v1/variants/{id}'], row: 'Price history' }),
      empty: {
        answers: {
          '/api/v1/variants/{id}': { get: { ...variants[0]!, price: null, compare_at: null, price_since: null, price_source: null } },
          '/api/v1/variants/{id}/prices': { get: { data: [], has_more: false } },
          '/api/v1/variants/{id}/explain': { get: problem(404, 'not_found', 'This variant had no price at that time.') },
        },
        says: ['Calibr has not seen a price for this variant yet.'],
      },
      'empty-filtered': why.noFilter,
      'no-right': why.everybodyReads,
      stale: why.notAPlan,
      partial: { bends: { 'get /api/v1/variants/{id}/explain': () => problem(500, 'internal', 'The explanation could not be read.') }, says: ['The explanation could not be read.', 'Price history', 'Try again'] },
      'too-many': { bends: { 'get /api/v1/variants/{id}/prices': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['2 shown, more to load', 'Load more prices'] },
      conflict: why.nothingEdited,
    },
  },
  connectors: {
    route: '/:project/connectors',
    path: '/demo/connectors',
    heard: true,
    states: {
      ...listing({ reads: ['get /api/v1/channels'], list: 'get /api/v1/channels', row: 'nordlys.myshopify.com', empty: 'No shop is connected yet.', filtered: why.noFilter }),
      ready: { role: 'admin', says: ['nordlys.myshopify.com', 'Connect a shop…'] },
      'no-right': viewer('You can read connections but not make one. Ask somebody with the role admin.'),
      stale: why.notAPlan,
      partial: { bends: { 'get /api/v1/channels/{id}/health': () => problem(503, 'unavailable', 'The shop does not answer.') }, says: ['nordlys.myshopify.com', 'Cannot be asked'] },
      conflict: why.nothingEdited,
    },
  },
  connector: {
    route: '/:project/connectors/:channelId',
    path: `/demo/connectors/${CHANNEL}`,
    states: {
      ...reading({ reads: ['get /api/v1/channels'], row: 'Test of the connection' }),
      empty: { path: '/demo/connectors/chn_01m7zqyn6ne3cahs2jgbnk8j9a', says: ['Not found', 'There is no connected shop with this id'] },
      'empty-filtered': why.noFilter,
      'no-right': viewer('You can read this shop but not have its catalogue read.'),
      stale: why.notAPlan,
      partial: { bends: { 'get /api/v1/channels/{id}/health': () => problem(503, 'unavailable', 'The shop does not answer.') }, says: ['The shop does not answer.', 'The connection was not tested.', 'nordlys.myshopify.com'] },
      'too-many': why.notAList,
      conflict: why.nothingEdited,
    },
  },
  drift: {
    route: '/:project/drift',
    path: '/demo/drift?state=open',
    heard: true,
    states: {
      ...listing({
        reads: ['get /api/v1/drifts'],
        list: 'get /api/v1/drifts',
        row: 'BA-025-1530',
        empty: 'No price in any shop differs from what Calibr holds.',
        filtered: { path: '/demo/drift?state=open&q=kayak', words: 'state: open; text: kayak' },
      }),
      'no-right': { ...viewer('You can read what happens about drift but not change it. Ask somebody with the role admin.'), hides: ['Choose drifts to decide'] },
      stale: why.notAPlan,
      partial: why.nothingPartial,
      conflict: {
        answers: { '/api/v1/drifts/adopt': { post: overtaken('drift.settled', 'dft_01m7zr3pb8et98knvfctg68x1t is adopted already.') } },
        act: async ({ press }) => {
          await press('Choose 2 open drifts');
          await press('Take 2 prices as ours…');
          await press('Take 2 prices as ours');
        },
        says: ['is adopted already.', 'No price was taken.', 'Load what it is now', '2 open drifts chosen.'],
      },
    },
  },
};
