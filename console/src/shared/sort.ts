// The order of a list as the API writes it: `sku` rises, `-sku` falls, nothing is the list's own order.

export function ariaSort(sort: string | undefined, name: string): 'ascending' | 'descending' | 'none' {
  if (sort === name) return 'ascending';
  return sort === `-${name}` ? 'descending' : 'none';
}

/** The order that a press on the heading asks for: rising, falling, then the list's own again. */
export function nextSort(sort: string | undefined, name: string): string {
  const now = ariaSort(sort, name);
  if (now === 'none') return name;
  return now === 'ascending' ? `-${name}` : '';
}
