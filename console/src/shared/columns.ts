// Which columns of a table are shown. Their names stand in the address; the usual ones need not. Pure.

/** Names of the shown columns in the table's order. Names that the table does not have are left out; without any, the usual. */
export function shownColumns(all: readonly string[], usual: readonly string[], asked: readonly string[], always: string): string[] {
  const known = all.filter((name) => asked.includes(name));
  const shown = known.length === 0 ? usual : known;
  return all.filter((name) => name === always || shown.includes(name));
}

/** What the address has to say for these columns: nothing for the usual ones. */
export function askedColumns(all: readonly string[], usual: readonly string[], shown: readonly string[]): string[] {
  const asked = all.filter((name) => shown.includes(name));
  const ordinary = asked.length === usual.length && usual.every((name) => asked.includes(name));
  return ordinary ? [] : asked;
}
