// What a change changed: the fields that differ between the documents before and after. Pure.

export interface Changed {
  field: string;
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (isFields(value) && typeof value['amount'] === 'string' && typeof value['currency'] === 'string') return `${value['amount']} ${value['currency']}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fields in the order of the newer document; empty where there is nothing to compare. */
export function changedFields(before: unknown, after: unknown): Changed[] {
  const [old, now] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  return [...new Set([...Object.keys(now), ...Object.keys(old)])]
    .map((field) => ({ field, before: text(old[field]), after: text(now[field]) }))
    .filter((change) => change.before !== change.after);
}
