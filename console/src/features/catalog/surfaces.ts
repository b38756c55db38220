// Where a variant is sold and what it costs there: what the API says of each price surface, in words. Pure.
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { priceSource } from '../../shared/words';

export type Surface = Schemas['PriceSurface'];
export type PriceVersion = Schemas['PriceVersion'];

export const BASE = 'base';

/** The newest price of a surface: it holds, or it ended and none has come since, or there never was one. */
export type Held = { is: 'now' | 'ended'; price: PriceVersion } | { is: 'none' };

export function heldOf(newest: PriceVersion | undefined): Held {
  if (newest === undefined) return { is: 'none' };
  return { is: newest.valid_to ? 'ended' : 'now', price: newest };
}

/** Where a price came from, in words. */
export const whyOf = ({ relative, source }: Pick<PriceVersion, 'relative' | 'source'>): string => (relative ? 'Follows the base price' : priceSource(source));

/** How a price list was made up when it was last read. */
export function listInWords({ name, fixed_rows, relative_rows }: Surface): string {
  if (name === BASE) return 'What price lists may follow';
  const own = fixed_rows ?? 0;
  const following = relative_rows ?? 0;
  if (own + following === 0) return 'Empty when it was last read';
  return `${countOf(own, 'price of its own', 'prices of their own')}, ${countOf(following, 'follows', 'follow')} the base price`;
}

/** The surface that the address names, if the project has it; the base prices else. */
export function surfaceAsked(surfaces: readonly Surface[] | undefined, asked: string): string {
  return surfaces?.some(({ name }) => name === asked) ? asked : BASE;
}
