// Every screen of the console. A test holds it against the router, so that none is forgotten.
import type { Screen } from '../states';
import { background } from './background';
import { catalogue } from './catalogue';
import { onePlan } from './one-plan';
import { priceChanges } from './price-changes';
import { rules } from './rules';
import { runs } from './runs';
import { begin } from './start';

export const screens: Record<string, Screen> = { ...begin, ...catalogue, ...rules, ...priceChanges, ...onePlan, ...runs, ...background };

export { over } from './over';
