// What the guardrails are called and what each of them is for, said once for all pages.
import { humanised } from './words';

interface GuardrailText {
  name: string;
  /** What it stops, as a sentence. */
  stops: string;
}

const texts: Record<string, GuardrailText> = {
  currency_swap: { name: 'Wrong currency', stops: 'An amount that looks like the price in another currency.' },
  near_zero: { name: 'Price near zero', stops: 'A price of nothing or next to nothing.' },
  slip: { name: 'Slipped decimal point', stops: 'A price about ten times the one before or a tenth of it, or farther off.' },
  no_minimum: { name: 'No minimum', stops: 'A price that follows somebody else’s with nothing to hold it up.' },
  below_cost: { name: 'Below cost', stops: 'A price below what the variant costs.' },
  minimum_margin: { name: 'Minimum margin', stops: 'A price that leaves too little margin over cost. A missing cost stops the row.' },
  floor: { name: 'Floor', stops: 'A price below a fixed amount.' },
  ceiling: { name: 'Ceiling', stops: 'A price above a fixed amount.' },
  map: { name: 'Minimum advertised price', stops: 'A price below the lowest that the maker allows to be advertised.' },
  msrp: { name: 'Recommended price', stops: 'A price above what the maker recommends.' },
  maximum_move: { name: 'Largest move', stops: 'A price that moves too far in one change.' },
  maximum_move_day: { name: 'Largest move in a day', stops: 'Moves that go too far within a day, however many small ones they are made of.' },
  maximum_move_week: { name: 'Largest move in a week', stops: 'Moves that go too far within a week, however many small ones they are made of.' },
  minimum_interval: { name: 'Time between moves', stops: 'A price that moves again too soon after the last time.' },
  freeze: { name: 'Freeze', stops: 'Any move within a window in which prices stand still.' },
  omnibus: { name: 'Prior price', stops: 'A reduction announced from a price that is not the lowest of the last 30 days (EU law).' },
  collapse: { name: 'Many prices become one', stops: 'A plan that gives many different prices the same value.' },
  common_factor: { name: 'One factor for all', stops: 'A plan in which nearly all prices move by the same factor near 10, 100 or 1000.' },
  blast_radius: { name: 'Reach in a day', stops: 'Too many prices, too much of the catalogue or too much revenue moved within a day.' },
};

/** All that this console knows, in the order in which they are asked. */
export const KNOWN_GUARDRAILS = Object.keys(texts);

export const guardrailName = (code: string) => texts[code]?.name ?? humanised(code);

/** One sentence, or null for a guardrail that this console does not know yet. */
export const guardrailStops = (code: string) => texts[code]?.stops ?? null;
