import { ProjectProvider } from '../app/project';
import { NOW } from '../gallery/clock';
import type { States } from '../gallery/states';
import { project } from '../gallery/world/people';
import { PriceTimeline, type ComingPrice, type SeenPrice, type TimedPrice } from './price-timeline';

const price = (from: string, until: string | null, amount: string): TimedPrice => ({ from, until, amount, reason: 'Price change “Autumn sale” by kim@nordlys.test' });

const prices: TimedPrice[] = [
  price('2026-11-12T08:00:00Z', null, '254.90'),
  price('2026-11-11T15:30:00Z', '2026-11-12T08:00:00Z', '259.90'),
  price('2026-10-06T07:00:00Z', '2026-11-11T15:30:00Z', '289.90'),
  price('2026-08-20T07:00:00Z', '2026-10-06T07:00:00Z', '274.90'),
];
const coming: ComingPrice[] = [
  { from: '2026-11-27T08:00:00Z', amount: '229.90', reason: '“Winter opening” starts', priceChangeId: 'pch_1' },
  { from: '2026-12-01T23:00:00Z', amount: null, reason: '“Winter opening” ends', priceChangeId: 'pch_1' },
];
const seen: SeenPrice[] = [{ amount: '269.00', from: '2026-11-16T09:00:00Z', until: '2026-11-21T04:17:00Z', shop: 'nordlys.myshopify.com' }];

const shown = (more: { prices?: TimedPrice[]; coming?: ComingPrice[]; seen?: SeenPrice[] }) => () => (
  <ProjectProvider value={project}>
    <PriceTimeline prices={prices} currency="EUR" until={NOW} onChoose={() => undefined} {...more} />
  </ProjectProvider>
);

export const states: States = {
  past: shown({}),
  'past-and-future': shown({ coming, seen }),
  'one-price': shown({ prices: prices.slice(-1) }),
};
