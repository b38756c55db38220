// What the server of the gallery says when all is well: one answer for each operation that a page reads.
import { stream, type Answers } from '../canned';
import { chain, consumers, deadLetters, deliveries, events, jobs, records, replays, schedules, webhooks } from './background';
import { channels, drifts, facets, health, prices, products, TRACE, variants } from './catalogue';
import { APPLIED, applied, comments, home, margins, partial, reasons, rows, RUN, summaries, takenBack, targets, waiting, whole, writing, WRITING } from './changes';
import { meAs, members, notifications, NOW, page, project, roles, tokens } from './people';
import { conflicts, difference, guardrails, guardrailVersion, preview, rules, versions, waivers } from './rules';

const within = (asked: string | null, value: string) => asked === null || asked.split(',').includes(value);

/** A stream that says how a run stands, and then stays open. */
export const following = (run: unknown) => stream(`event: run\ndata: ${JSON.stringify(run)}\n\n`);

export const world: Answers = {
  '/api/health': { get: { status: 'ok', database: 'ok', version: '0.1.0' } },
  '/api/v1/audit': { get: page(records) },
  '/api/v1/audit/verify': { post: chain },
  '/api/v1/catalog/facets': { get: facets },
  '/api/v1/catalog/products': { get: page(products) },
  '/api/v1/catalog/variants': { get: ({ query }) => page(variants.filter((variant) => variant.sku.includes(query.get('q') ?? ''))) },
  '/api/v1/channels': { get: page(channels) },
  '/api/v1/channels/{id}/health': { get: health },
  '/api/v1/dlq': { get: page(deadLetters) },
  '/api/v1/drifts': { get: ({ query }) => page(drifts.filter((drift) => within(query.get('state'), drift.state) && within(query.get('variant'), drift.variant))) },
  '/api/v1/drifts/policy': { get: { policy: 'hold' } },
  '/api/v1/events': { get: page(events) },
  '/api/v1/events/consumers': { get: page(consumers) },
  '/api/v1/events/replays': { get: page(replays) },
  '/api/v1/guardrails': { get: guardrails },
  '/api/v1/guardrails/try': { post: { stopped: 0, looked_at: 2, price_changes: [] } },
  '/api/v1/guardrails/validate': { post: { valid: true, errors: [] } },
  '/api/v1/guardrails/versions': { get: page([guardrailVersion]) },
  '/api/v1/home': { get: home },
  '/api/v1/jobs': { get: ({ query }) => page(jobs.filter((job) => within(query.get('state'), job.state) && within(query.get('kind'), job.kind))) },
  '/api/v1/members': { get: page(members) },
  '/api/v1/notifications': { get: { data: notifications, unread: 1, read_until: null } },
  '/api/v1/price-changes': { get: ({ query }) => page(summaries.filter((change) => within(query.get('state'), change.state))) },
  '/api/v1/price-changes/{id}': { get: ({ id }) => (id === APPLIED ? applied : waiting) },
  '/api/v1/price-changes/{id}/activity': { get: page(records.slice(0, 1)) },
  '/api/v1/price-changes/{id}/comments': { get: page(comments) },
  '/api/v1/price-changes/{id}/rows': { get: ({ query }) => page(rows.filter((row) => within(query.get('outcome'), row.outcome) && within(query.get('variant_id'), row.variant_id) && row.sku.includes(query.get('q') ?? ''))) },
  '/api/v1/price-changes/{id}/rows/margins': { get: margins },
  '/api/v1/price-changes/{id}/rows/counts': { get: { total: 94, raise: 4, cut: 82, same: 6, blocked: 2, skipped: 0 } },
  '/api/v1/projects': { get: page([project]) },
  '/api/v1/roles': { get: roles },
  '/api/v1/rules': { get: page(rules) },
  '/api/v1/rules/conflicts': { post: conflicts },
  '/api/v1/rules/diff': { post: difference },
  '/api/v1/rules/preview': { post: preview },
  '/api/v1/rules/prove': { post: { answer: 'holds', counterexample: null } },
  '/api/v1/rules/test': { post: { failed: 0, tests: [] } },
  '/api/v1/rules/validate': { post: { valid: true, errors: [] } },
  '/api/v1/rules/{id}': { get: ({ id }) => rules.find((rule) => rule.id === id) ?? rules[0]! },
  '/api/v1/rules/{id}/preview': { post: preview },
  '/api/v1/rules/{id}/versions': { get: page(versions) },
  '/api/v1/runs': { get: page([writing, partial]) },
  '/api/v1/runs/{id}': { get: ({ id }) => (id === WRITING ? writing : id === RUN ? partial : whole) },
  '/api/v1/runs/{id}/events': { get: following(writing) },
  '/api/v1/runs/{id}/reasons': { get: { data: reasons } },
  '/api/v1/runs/{id}/rollback': { get: { prices: 79, changed: 0, unsure: 7, changed_since: [] } },
  '/api/v1/runs/{id}/rollback/prices': { get: page(takenBack) },
  '/api/v1/runs/{id}/targets': { get: page(targets) },
  '/api/v1/schedules': { get: page(schedules) },
  '/api/v1/session': { get: meAs('editor') },
  '/api/v1/surfaces': { get: page([{ name: 'base', title: 'Base prices', currency: 'EUR', channel_id: null, fixed_rows: null, relative_rows: null, read_at: null, gone_at: null }]) },
  '/api/v1/tokens': { get: page(tokens) },
  '/api/v1/variants/{id}': { get: variants[0]! },
  '/api/v1/variants/{id}/explain': { get: { variant: variants[0]!, surface: 'base', at: NOW, price: prices[0]!, trace: TRACE, rule: 'autumn-sale v4', run_id: RUN, price_change_id: APPLIED, approved_by: ['ana@nordlys.test'] } },
  '/api/v1/variants/{id}/prices': { get: page(prices) },
  '/api/v1/views': { get: page([]) },
  '/api/v1/waivers': { get: page(waivers) },
  '/api/v1/webhooks': { get: page(webhooks) },
  '/api/v1/webhooks/{id}/deliveries': { get: page(deliveries) },
};
