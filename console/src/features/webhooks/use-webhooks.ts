// All webhooks; the API has no way to ask for one.
import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';

const KEY = ['webhooks'];

export function useWebhooks() {
  return usePages<Schemas['Webhook']>({
    key: KEY,
    load: async (cursor, signal) => (await api.GET('/api/v1/webhooks', { params: { query: { cursor, limit: 200 } }, signal })).data!,
  });
}

/** To be called after a webhook was changed. */
export function useWebhooksChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === KEY[0] || queryKey[0] === 'deliveries' });
}
