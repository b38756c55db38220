// Which build of the console a page is: the names of its scripts, which change with their content.

/** The scripts that a page loads, in order. */
export function scriptsOf(html: string): string[] {
  return [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map((found) => found[1] ?? '');
}

/** Whether the page that the server gives now is another build than the one that runs. Something that is no page of ours is not news. */
export function isNewer(running: string, served: string): boolean {
  const now = scriptsOf(served);
  return now.length > 0 && /id="root"/.test(served) && now.join() !== scriptsOf(running).join();
}
