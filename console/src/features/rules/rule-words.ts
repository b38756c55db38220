// What a rule's document says of its place among the others and of its time, as a line that people read.

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const text = (value: unknown): string | null => (typeof value === 'string' ? value.replace(/(\d)T(?=\d)/, '$1 ') : null);

/** `2026-11-16 00:00 until 2026-11-23 00:00 (Europe/Berlin)`; null for a rule that is always in force. */
export function timeInWords(document: unknown): string | null {
  const schedule = fields(fields(document)['schedule']);
  const [zone, at, until, every, lasting] = ['zone', 'at', 'until', 'every', 'for'].map((name) => text(schedule[name]));
  const said = [...(every ? [isCron(every) ? `cron ${every}` : `every ${every}`] : []), ...(lasting ? [`for ${lasting}`] : []), ...(at ? [every ? `from ${at}` : at] : []), ...(until ? [`until ${until}`] : [])];
  if (said.length === 0) return null;
  return `${said.join(' ')}${zone ? ` (${zone})` : ''}`;
}

const isCron = (every: string) => /^\S+(\s+\S+){4}$/.test(every) && /^[\d*]/.test(every);

/** A rule that ends by itself is a sale: when it ends, prices return to what the other rules give. */
export function isSale(document: unknown): boolean {
  const schedule = fields(fields(document)['schedule']);
  return 'until' in schedule || 'for' in schedule;
}

/** `priority 10, group seasonal, stacks`; what is as usual is left out. */
export function placeInWords(document: unknown): string | null {
  const { priority, group, stack } = fields(document);
  const said = [...(typeof priority === 'number' && priority !== 0 ? [`priority ${priority}`] : []), ...(typeof group === 'string' ? [`group ${group}`] : []), ...(stack === true ? ['stacks'] : [])];
  return said.length > 0 ? said.join(', ') : null;
}
