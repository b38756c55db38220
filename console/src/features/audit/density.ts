// How dense records lie in time: equal spans between the first and the last of them. Pure.

export interface Span {
  fromMs: number;
  /** The next span begins here; the last one ends just behind the last record. */
  toMs: number;
  count: number;
}

export function density(instants: readonly string[], spans: number): Span[] {
  const times = instants.map((instant) => Date.parse(instant)).filter((time) => !Number.isNaN(time));
  if (times.length === 0 || spans < 1) return [];
  const first = Math.min(...times);
  const end = Math.max(...times) + 1;
  const count = Math.min(spans, end - first);
  const edge = (index: number) => first + Math.round(((end - first) * index) / count);
  const found = Array.from({ length: count }, (_, index): Span => ({ fromMs: edge(index), toMs: edge(index + 1), count: 0 }));
  for (const time of times) {
    const guess = Math.min(count - 1, Math.floor(((time - first) * count) / (end - first)));
    const place = [guess, guess - 1, guess + 1].find((index) => found[index] && found[index].fromMs <= time && time < found[index].toMs);
    if (place !== undefined) found[place]!.count += 1;
  }
  return found;
}
