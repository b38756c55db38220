import { describe, expect, it } from 'vitest';
import { hasChanged, isBare, nameFault, queryOf, searchOf } from './views';

const params = (query: string) => new URLSearchParams(query);

describe('a saved view', () => {
  it('keeps the query but for which view it is and what passes by', () => {
    expect(queryOf(params('view=viw_1&tag=rain&q=&open=prd_1&cols=sku,price'), ['open'])).toBe('cols=sku%2Cprice&tag=rain');
    expect(queryOf(params(''))).toBe('');
  });

  it('comes back through its address as it was saved', () => {
    const query = queryOf(params('q=a%26b%3D%2B&vendor=K%C3%A4r&state=a%252Cb,c'));
    const back = params(searchOf({ id: 'viw_1', query }).slice(1));
    expect(back.get('view')).toBe('viw_1');
    expect(queryOf(back)).toBe(query);
    expect([back.get('q'), back.get('vendor'), back.get('state')]).toEqual(['a&b=+', 'Kär', 'a%2Cb,c']);
    expect(hasChanged(query, back)).toBe(false);
  });

  it('has changed once the address shows something else, not when it only stands in another order', () => {
    expect(hasChanged('vendor=Kar&tag=rain', params('tag=rain&vendor=Kar&view=viw_1'))).toBe(false);
    expect(hasChanged('tag=rain&open=prd_1', params('tag=rain'), ['open'])).toBe(false);
    expect(hasChanged('tag=rain', params('tag=snow'))).toBe(true);
    expect(hasChanged('tag=rain', params(''))).toBe(true);
    expect(hasChanged('', params('tag=rain'))).toBe(true);
  });

  it('is asked for by its name alone only where nothing else stands in the address', () => {
    expect([isBare(params('view=viw_1')), isBare(params('view=viw_1&q=a')), isBare(params(''))]).toEqual([true, false, false]);
  });

  it('needs a name that no other has', () => {
    expect(nameFault(' Rain ', ['Rain'])).toBe('You have a view “Rain” already.');
    expect(nameFault('  ', [])).toBe('Give the view a name.');
    expect(nameFault('x'.repeat(81), [])).toBe('A name has at most 80 characters.');
    expect(nameFault('🏔'.repeat(80), ['Rain'])).toBeUndefined();
  });
});
