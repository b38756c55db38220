import { describe, expect, it } from 'vitest';
import { heldOf, listInWords, surfaceAsked, whyOf, type PriceVersion, type Surface } from './surfaces';

const version = (valid_to: string | null) => ({ id: 'prv_1', price: { amount: '9.00', currency: 'CHF' }, valid_from: '2026-01-01T00:00:00Z', valid_to }) as PriceVersion;
const surface = (fields: Partial<Surface>) => ({ name: 'switzerland', title: 'Switzerland', currency: 'CHF', ...fields }) as Surface;

describe('the prices of a surface', () => {
  it('hold, ended, or never were', () => {
    expect(heldOf(version(null)).is).toBe('now');
    expect(heldOf(version('2026-02-01T00:00:00Z')).is).toBe('ended');
    expect(heldOf(undefined).is).toBe('none');
  });

  it('say where they came from, and that they follow the base price', () => {
    expect(whyOf({ relative: true, source: 'ingest' })).toBe('Follows the base price');
    expect(whyOf({ relative: false, source: 'ingest' })).not.toBe('Follows the base price');
  });

  it('say how the list is made up', () => {
    expect(listInWords(surface({ fixed_rows: 1, relative_rows: 1294 }))).toBe('1 price of its own, 1,294 follow the base price');
    expect(listInWords(surface({ fixed_rows: 0, relative_rows: 0 }))).toBe('Empty when it was last read');
    expect(listInWords(surface({ name: 'base' }))).toBe('What price lists may follow');
  });

  it('are the base prices where the address names what the project does not have', () => {
    expect(surfaceAsked([surface({})], 'switzerland')).toBe('switzerland');
    expect(surfaceAsked([surface({})], 'mars')).toBe('base');
    expect(surfaceAsked(undefined, 'switzerland')).toBe('base');
  });
});
