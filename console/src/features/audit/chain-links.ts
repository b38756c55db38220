// Where the links of a chain stand: side by side, in as many rows as they need. Pure.

export interface Link {
  x: number;
  row: number;
  /** The end of its row, or of the chain. */
  last: boolean;
}

export function linksOf(count: number, width: number, each: number): { links: Link[]; rows: number } {
  const columns = Math.max(1, Math.floor(width / each));
  const links = Array.from({ length: count }, (_, index) => ({ x: 2 + (index % columns) * each, row: Math.floor(index / columns), last: index === count - 1 || index % columns === columns - 1 }));
  return { links, rows: Math.ceil(count / columns) };
}
