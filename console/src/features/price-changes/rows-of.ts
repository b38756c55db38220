// Collects the variants of a plan that a guardrail stops, page by page.
import { api } from '../../api/client';

/** Above this many, leaving out one by one is the wrong tool: the rule should not select them. */
export const LEFT_OUT_MAX = 10_000;

/** Ids of the variants that `guardrail` stops in the plan. Rows that are only near its limit are not among them. */
export async function variantsStoppedBy(changeId: string, guardrail: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { guardrail, outcome: 'blocked', limit: 1000, cursor };
    const { data } = await api.GET('/api/v1/price-changes/{id}/rows', { params: { path: { id: changeId }, query } });
    found.push(...data!.data.filter((row) => row.violated.includes(guardrail)).map((row) => row.variant_id));
    if (!data!.has_more || !data!.next_cursor || found.length > LEFT_OUT_MAX) return found;
    cursor = data!.next_cursor;
  }
}
