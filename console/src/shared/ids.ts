// What an id is the id of. Ids begin with the kind of thing they name, so an address that leads nowhere can still say what was meant.

export interface IdKind {
  prefix: string;
  /** With its article: `a price change`. */
  one: string;
  /** The page under a project that shows one of them; null when there is no page for a single one. */
  page: string | null;
}

const kinds: IdKind[] = [
  { prefix: 'aud', one: 'an audit record', page: null },
  { prefix: 'chn', one: 'a connected shop', page: 'connectors' },
  { prefix: 'cor', one: 'a correlation', page: null },
  { prefix: 'dft', one: 'a drift', page: null },
  { prefix: 'dlq', one: 'a dead letter', page: null },
  { prefix: 'evt', one: 'an event', page: null },
  { prefix: 'grv', one: 'a version of the guardrails', page: null },
  { prefix: 'job', one: 'a job', page: null },
  { prefix: 'pch', one: 'a price change', page: 'price-changes' },
  { prefix: 'prd', one: 'a product', page: null },
  { prefix: 'prj', one: 'a project', page: null },
  { prefix: 'prv', one: 'a price version', page: null },
  { prefix: 'req', one: 'a request', page: null },
  { prefix: 'rul', one: 'a rule', page: 'rules' },
  { prefix: 'run', one: 'a run', page: 'runs' },
  { prefix: 'tgt', one: 'a row of a run', page: null },
  { prefix: 'tok', one: 'a token', page: null },
  { prefix: 'usr', one: 'a person', page: null },
  { prefix: 'var', one: 'a variant', page: 'catalog' },
  { prefix: 'wai', one: 'a waiver', page: null },
  { prefix: 'whd', one: 'a delivery to a webhook', page: null },
  { prefix: 'whk', one: 'a webhook', page: 'webhooks' },
];

const shape = /^([a-z]{3})_[0-9a-z]{20,32}$/;

/** The kind of an id in full, in either case; null for any other text. */
export function kindOfId(text: string): IdKind | null {
  const prefix = shape.exec(text.trim().toLowerCase())?.[1];
  return kinds.find((kind) => kind.prefix === prefix) ?? null;
}

/** The address of the thing that `text` is the id of, if it has a page. */
export function pageOfId(project: string, text: string): string | null {
  const kind = kindOfId(text);
  return kind?.page ? `/${project}/${kind.page}/${text.trim().toLowerCase()}` : null;
}

/** The last id in an address, with its kind. */
export function idInPath(pathname: string): { id: string; kind: IdKind } | null {
  for (const part of pathname.split('/').reverse()) {
    const kind = kindOfId(part);
    if (kind) return { id: part, kind };
  }
  return null;
}
