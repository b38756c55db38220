// Every route of the console with addresses to look at. The routes are read from the console's own router, so that none is
// forgotten: a route without an address here fails.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { api } from './ops.mjs';

const router = new URL('../../console/src/app/router.tsx', import.meta.url);

/** The project that every address is in. */
const project = '/demo';

/** Addresses of each route; `places` has what was met or made. A part of a page that has an address of its own is here too. */
const addresses = {
  '/login': () => ['/login'],
  '/': () => ['/'],
  '/:project': () => [project],
  approvals: () => ['approvals'],
  audit: () => ['audit', 'audit?action=price_change.approved', 'audit?action=nothing.at_all'],
  catalog: () => ['catalog', 'catalog?q=nothing%20has%20this%20name'],
  'catalog/:variantId': ({ variant }) => [variant],
  connectors: () => ['connectors'],
  'connectors/:channelId': ({ channel }) => [`connectors/${channel}`],
  drift: () => ['drift?state=open', 'drift?state=adopted'],
  events: () => ['events', 'events?type=no.such_thing'],
  'events/consumers': () => ['events/consumers'],
  'events/dead-letters': () => ['events/dead-letters'],
  'events/replays': () => ['events/replays'],
  guardrails: () => ['guardrails'],
  'guardrails/edit': () => ['guardrails/edit', 'guardrails/edit?as=yaml'],
  jobs: () => ['jobs', 'jobs?state=done'],
  'jobs/schedules': () => ['jobs/schedules'],
  'price-changes': () => ['price-changes', 'price-changes?state=failed,stale'],
  'price-changes/new': () => ['price-changes/new'],
  'price-changes/:priceChangeId': ({ change, stopped }) => [change, ...['', '?tab=changes', '?tab=changes&group=margin', '?tab=violations', '?tab=unchanged', '?tab=discussion', '?tab=activity'].map((part) => stopped + part)],
  rules: () => ['rules'],
  'rules/check': () => ['rules/check'],
  'rules/new': () => ['rules/new', 'rules/new?as=yaml'],
  'rules/:ruleId': ({ rule }) => [rule],
  'rules/:ruleId/edit': ({ rule }) => [`${rule}/edit`, `${rule}/edit?as=yaml`],
  runs: () => ['runs'],
  'runs/:runId': ({ run, rollBack }) => [run, rollBack],
  'runs/:runId/rollback': ({ run }) => [run && `${run}/rollback`, run && `${run}/rollback?state=changed`],
  settings: () => ['settings'],
  tour: () => ['tour'],
  webhooks: () => ['webhooks'],
  'webhooks/:webhookId': ({ webhook }) => [`webhooks/${webhook}`],
  '*': () => ['nowhere/pch_01aaaaaaaaaaaaaaaaaaaaaaaa'],
};

/** The paths as the router has them. The gallery is no part of a release. */
export function routes() {
  const paths = [...readFileSync(router, 'utf8').matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path);
  return paths.filter((path) => !path.startsWith('/__gallery'));
}

export function assertEveryRouteHasAddresses() {
  assert.ok(routes().length > 20, `the router has more routes than ${routes()}`);
  assert.deepEqual([...routes()].sort(), Object.keys(addresses).sort(), 'each route of the router has addresses in e2e/lib/routes.mjs, and each of those is a route');
}

/** Every address but the one of signing in. A place that was not met leaves its route out, and its own step has failed. */
export function addressesOf(places) {
  const all = Object.entries(addresses).flatMap(([, of]) => of(places));
  const known = all.filter((address) => address && !/\bundefined\b/.test(address) && address !== '/login');
  return known.map((address) => (/^(\/|https?:)/.test(address) ? address : `${project}/${address}`));
}

/** What the demo has of connections, and a webhook to look at; `page` is an admin's. */
export async function meetsFurtherPlaces(page) {
  const channels = await api(page, 'GET', '/channels?project=demo');
  const webhooks = await api(page, 'GET', '/webhooks?project=demo');
  const kept = webhooks.data.find((webhook) => webhook.url.includes('looked-at.invalid'));
  const webhook = kept ?? (await api(page, 'POST', '/webhooks?project=demo', { url: 'https://looked-at.invalid/hook', event_types: ['nothing.at_all'] }));
  return { channel: channels.data[0].id, webhook: webhook.id ?? webhook.webhook.id };
}
