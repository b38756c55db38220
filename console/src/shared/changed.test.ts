import { describe, expect, it } from 'vitest';
import { changedFields } from './changed';

describe('what a change changed', () => {
  it('is told field by field, money as money', () => {
    const before = { state: 'planned', price: { amount: '9.00', currency: 'EUR' }, title: 'Sale', gone: 1 };
    const after = { state: 'approved', price: { amount: '9.50', currency: 'EUR' }, title: 'Sale', tags: ['a'] };
    expect(changedFields(before, after)).toEqual([
      { field: 'state', before: 'planned', after: 'approved' },
      { field: 'price', before: '9.00 EUR', after: '9.50 EUR' },
      { field: 'tags', before: null, after: '["a"]' },
      { field: 'gone', before: '1', after: null },
    ]);
  });

  it('is everything of what is new, and nothing where there are no documents', () => {
    expect(changedFields(null, { name: 'x' })).toEqual([{ field: 'name', before: null, after: 'x' }]);
    expect(changedFields(null, undefined)).toEqual([]);
    expect(changedFields('text', [1])).toEqual([]);
  });
});
