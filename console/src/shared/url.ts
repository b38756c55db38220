// Filters in the address, under the same names as in the API: what you see is what you can send to a colleague.

export type Filter = 'text' | 'list';
export type FilterShape = Record<string, Filter>;
export type FilterValues<S extends FilterShape> = { [K in keyof S]: S[K] extends 'list' ? string[] : string };

/** Reads the known names; others are left alone. A name that is missing is an empty text or an empty list. */
export function decodeFilters<S extends FilterShape>(shape: S, params: URLSearchParams): FilterValues<S> {
  const read = (name: string) => {
    const text = params.get(name) ?? '';
    if (shape[name] === 'text') return text;
    return text.split(',').filter((part) => part !== '').map(decodeComma);
  };
  return Object.fromEntries(Object.keys(shape).map((name) => [name, read(name)])) as FilterValues<S>;
}

/** Writes `values` over `params`; empty ones are removed, unknown names are kept. */
export function encodeFilters<S extends FilterShape>(shape: S, values: Partial<FilterValues<S>>, params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of Object.keys(shape)) {
    const value = values[name];
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.map(encodeComma).join(',') : String(value);
    if (text === '') next.delete(name);
    else next.set(name, text);
  }
  return next;
}

// A comma separates, so a comma inside a value travels in disguise.
const encodeComma = (part: string) => part.replaceAll('%', '%25').replaceAll(',', '%2C');
const decodeComma = (part: string) => part.replaceAll('%2C', ',').replaceAll('%25', '%');

/** Adds `item` to the list, or takes it out. */
export function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}

/** Where to go after signing in: only ever a page of this console. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  return next;
}
