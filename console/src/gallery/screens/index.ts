// Every screen of the console. A test holds it against the router, so that none is forgotten.
import type { Over, Screen } from '../states';
import { background } from './background';
import { catalogue } from './catalogue';
import { onePlan } from './one-plan';
import { over as overPages } from './over';
import { priceChanges } from './price-changes';
import { priceLists } from './price-lists';
import { rules } from './rules';
import { runs } from './runs';
import { begin } from './start';

export const screens: Record<string, Screen> = { ...begin, ...catalogue, ...rules, ...priceChanges, ...onePlan, ...runs, ...background };

/** What else is shown in states of its own. */
export const over: Record<string, Over> = { ...overPages, ...priceLists };
