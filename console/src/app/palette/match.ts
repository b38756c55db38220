// Which entries answer what was typed, best first.

/** How well `text` answers `typed`: the sum over its words, each best at the start of a word; null when a word is missing. */
export function score(text: string, typed: string): number | null {
  const where = text.toLowerCase();
  let sum = 0;
  for (const word of typed.toLowerCase().split(/\s+/)) {
    if (word === '') continue;
    const at = where.indexOf(word);
    if (at < 0) return null;
    const startsWord = at === 0 || /[\s,.(]/.test(where[at - 1] ?? '') || where.includes(` ${word}`);
    sum += (at === 0 ? 4 : startsWord ? 3 : 1) + (where === word ? 4 : 0);
  }
  return sum;
}

/** Those of `entries` that answer, best first; equals keep their order. */
export function answering<T>(entries: readonly T[], typed: string, textOf: (entry: T) => string): T[] {
  return entries
    .map((entry) => ({ entry, points: score(textOf(entry), typed) }))
    .filter((each) => each.points !== null)
    .sort((one, other) => other.points! - one.points!)
    .map((each) => each.entry);
}
