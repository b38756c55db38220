// Text broken into lines for a picture, which cannot break it by itself. Pure.

/** At most `lines` lines of at most `length` letters, between words where that can be; what has no room ends in an ellipsis. */
export function wrapped(text: string, length: number, lines: number): string[] {
  const most = Math.max(2, length);
  const done: string[] = [];
  let rest = text.trim();
  while (rest.length > most && done.length < lines - 1) {
    const space = rest.lastIndexOf(' ', most);
    const cut = space > 0 ? space : most;
    done.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...done, rest.length > most ? `${rest.slice(0, most - 1).trimEnd()}…` : rest];
}
