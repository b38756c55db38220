// A list as somebody likes to see it: the query of its address under a name. Pure.

/** Says in the address which saved view it began with; the filters stand beside it, so that the link means the same to all. */
export const VIEW = 'view';

/** What a view keeps of an address: all but which view it is, what passes by, and what says nothing. The order does not matter. */
export function queryOf(params: URLSearchParams, passing: readonly string[] = []): string {
  const kept = [...params].filter(([name, value]) => name !== VIEW && value !== '' && !passing.includes(name));
  const inOrder = kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return new URLSearchParams(inOrder).toString();
}

/** Whether the address shows something else than the view was saved with. */
export const hasChanged = (saved: string, params: URLSearchParams, passing: readonly string[] = []): boolean =>
  queryOf(new URLSearchParams(saved), passing) !== queryOf(params, passing);

/** The query of an address that shows a view and says so. */
export function searchOf(view: { id: string; query: string }): string {
  const params = new URLSearchParams(view.query);
  params.set(VIEW, view.id);
  return `?${params.toString()}`;
}

/** Whether an address names a view and nothing else, and so has to be filled with what the view holds. */
export const isBare = (params: URLSearchParams): boolean => params.has(VIEW) && [...params.keys()].every((name) => name === VIEW);

/** Why a name will not do; undefined if it will. */
export function nameFault(name: string, taken: readonly string[]): string | undefined {
  const text = name.trim();
  if (text === '') return 'Give the view a name.';
  if ([...text].length > 80) return 'A name has at most 80 characters.';
  return taken.includes(text) ? `You have a view “${text}” already.` : undefined;
}
