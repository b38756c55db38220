// Where the things that events, audit records and jobs speak of have their pages. Pure.

/** The part of the settings where one changes one's own password. */
export const PASSWORD_ANCHOR = 'password';

const pages: Record<string, string> = {
  channel: 'connectors',
  price_change: 'price-changes',
  rule: 'rules',
  run: 'runs',
  variant: 'catalog',
  webhook_endpoint: 'webhooks',
};

/** The page of a thing below its project; null for things that have none of their own. */
export function placeOf(entityType: string, entityId: string): string | null {
  const page = pages[entityType];
  return page === undefined ? null : `${page}/${entityId}`;
}
