import { describe, expect, it } from 'vitest';
import { decodeFilters, encodeFilters, safeNext, toggled } from './url';

const shape = { q: 'text', state: 'list' } as const;

/** A small seeded generator, so that a failure can be repeated. */
function* seeded(seed: number) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

function awkwardText(numbers: Iterator<number>): string {
  const alphabet = ['a', 'Z', '0', ',', '%', '%2C', '%25', '&', '=', '?', '#', '+', ' ', 'ø', '✓', '"', '\\', '/'];
  const length = 1 + (numbers.next().value as number) % 6;
  return Array.from({ length }, () => alphabet[(numbers.next().value as number) % alphabet.length]).join('');
}

describe('filters in the address', () => {
  it('come back as they went in, whatever is typed', () => {
    const numbers = seeded(7);
    for (let round = 0; round < 2_000; round += 1) {
      const values = { q: awkwardText(numbers), state: Array.from({ length: round % 4 }, () => awkwardText(numbers)) };
      const address = encodeFilters(shape, values, new URLSearchParams()).toString();
      expect(decodeFilters(shape, new URLSearchParams(address))).toEqual(values);
    }
  });

  it('use the names and commas of the API', () => {
    const params = encodeFilters(shape, { q: 'tent', state: ['applied', 'failed'] }, new URLSearchParams());
    expect(params.get('state')).toBe('applied,failed');
    expect(params.get('q')).toBe('tent');
  });

  it('leave out what is empty and leave alone what they do not know', () => {
    const params = encodeFilters(shape, { q: '', state: [] }, new URLSearchParams('q=old&state=a&row=var_1'));
    expect(params.toString()).toBe('row=var_1');
  });

  it('change only what is named', () => {
    expect(encodeFilters(shape, { q: 'new' }, new URLSearchParams('state=a')).toString()).toBe('state=a&q=new');
  });
});

describe('toggled', () => {
  it('adds and takes out', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  });
});

describe('the page after signing in', () => {
  it('is never on another site', () => {
    for (const next of [null, '', 'https://elsewhere.test', '//elsewhere.test', '/\\elsewhere.test', 'javascript:alert(1)']) {
      expect(safeNext(next)).toBe('/');
    }
    expect(safeNext('/demo/runs?state=failed')).toBe('/demo/runs?state=failed');
  });
});
