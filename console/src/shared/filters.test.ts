// Every filter of every list: what is written into the address comes back as it was, whatever somebody typed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeFilters, encodeFilters, type Filter, type FilterShape, type FilterValues } from './url';
import { hasChanged, queryOf, searchOf } from './views';

const features = new URL('../features/', import.meta.url).pathname;

/** The shapes as the pages declare them, by name or where they read: `const shape = { q: 'text', state: 'list' } as const;`. */
function shapesIn(source: string): FilterShape[] {
  return [...source.matchAll(/(?:const \w*[sS]hape = |decodeFilters\()(\{[^}]+\})/g)].map(([, text]) => {
    const pairs = [...text!.matchAll(/(?:'([^']+)'|(\w+)):\s*'(text|list)'/g)].map(([, quoted, plain, kind]) => [quoted ?? plain, kind as Filter]);
    return Object.fromEntries(pairs);
  });
}

const sources = readdirSync(features, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  .map((file) => ({ file, text: readFileSync(join(features, file), 'utf8') }));

const lists = sources.flatMap(({ file, text }) => shapesIn(text).map((shape) => ({ file, shape })));

/** A small seeded generator, so that a failure can be repeated. */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state >>> 8;
  }
}

const alphabet = ['a', 'Z', '7', ',', '%', '%2C', '%25', '&', '=', '?', '#', '+', ' ', ';', '[', ']', 'ø', '✓', '🏔', '"', '\\', '/', '..', '\n', '-', '_'];

function textFrom(numbers: Generator<number, never>, least: number): string {
  const length = least + (numbers.next().value % 6);
  return Array.from({ length }, () => alphabet[numbers.next().value % alphabet.length]).join('');
}

const valuesFor = (shape: FilterShape, numbers: Generator<number, never>) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, kind]) => [name, kind === 'text' ? textFrom(numbers, 0) : Array.from({ length: numbers.next().value % 4 }, () => textFrom(numbers, 1))]),
  ) as FilterValues<FilterShape>;

describe('the filters of every list', () => {
  it('are found wherever filters are read', () => {
    const readings = sources.flatMap(({ text }) => [...text.matchAll(/useFilters\(\w|decodeFilters\(\{/g)]);
    expect(lists.length).toBe(readings.length);
    expect(lists.length).toBeGreaterThan(10);
    for (const { shape } of lists) expect(Object.keys(shape).length).toBeGreaterThan(0);
  });

  it.each(lists)('of $file come back as they went in', ({ shape }) => {
    const numbers = seeded(20_261_121);
    for (let round = 0; round < 500; round += 1) {
      const values = valuesFor(shape, numbers);
      const address = encodeFilters(shape, values, new URLSearchParams('row=var_1')).toString();
      const back = new URLSearchParams(new URL(`http://calibr.test/list?${address}`).search);
      expect(decodeFilters(shape, back)).toEqual(values);
      if (!('row' in shape)) expect(back.get('row')).toBe('var_1');
    }
  });

  it.each(lists)('of $file come back from a saved view', ({ shape }) => {
    const numbers = seeded(80);
    for (let round = 0; round < 200; round += 1) {
      const values = valuesFor(shape, numbers);
      const seen = encodeFilters(shape, values, new URLSearchParams('view=viw_before'));
      const opened = new URLSearchParams(new URL(`http://calibr.test/list${searchOf({ id: 'viw_1', query: queryOf(seen) })}`).search);
      expect(decodeFilters(shape, opened)).toEqual(values);
      expect(opened.get('view')).toBe('viw_1');
      expect(hasChanged(queryOf(seen), opened)).toBe(false);
    }
  });

  it.each(lists)('of $file survive an address edited by hand', ({ shape }) => {
    const numbers = seeded(7);
    for (let round = 0; round < 200; round += 1) {
      const edited = Object.keys(shape).map((name) => `${name}=${textFrom(numbers, 0)}`).join('&');
      const read = decodeFilters(shape, new URLSearchParams(edited));
      expect(decodeFilters(shape, encodeFilters(shape, read, new URLSearchParams()))).toEqual(read);
    }
  });
});
