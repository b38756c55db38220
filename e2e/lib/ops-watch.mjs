// What operators do beside runs: drift, connectors, the event log, jobs, webhooks and the audit.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { settled } from './browser.mjs';
import { appliesAndFollows, approves } from './journey.mjs';
import { priceInShop } from './shop.mjs';

const dialogOf = (page) => page.getByRole('dialog');

/** Two prices are changed in the shop behind Calibr's back. One stays; the other is put back, by a price change that somebody
 * else approves and that is followed into the shop. */
export async function decidesAboutDrift(page, approver, shop) {
  const variants = (await (await page.request.get('/api/v1/catalog/variants?project=demo&limit=100')).json()).data.filter(({ sku }) => sku);
  const [one, other] = variants.slice(-2);
  const edits = [one, other].map(({ sku, price }) => ({ variant: sku, price: slightlyMore(price.amount) }));
  const edited = await fetch(new URL('/__sim/edit', shop), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ edits }) });
  assert.equal(edited.status, 200, await edited.text());

  await page.goto('/demo/drift');
  await page.waitForURL(/state=open/);
  await page.getByRole('button', { name: /^Compare all prices now/ }).first().click();
  await page.getByText(/being compared/).waitFor();
  const row = (sku) => page.getByRole('table', { name: 'Drifts, newest first' }).getByRole('row').filter({ has: page.getByText(sku, { exact: true }) });
  await seen(page, row(one.sku));
  await seen(page, row(other.sku));
  for (const { variant, price } of edits) await row(variant).getByText(price).first().waitFor();
  await settled(page);
  await assertAccessible(page);

  await row(one.sku).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Take 1 price as ours…' }).click();
  await dialogOf(page).getByRole('button', { name: 'Take 1 price as ours' }).click();
  await row(one.sku).waitFor({ state: 'detached' });

  await row(other.sku).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Put 1 price back…' }).click();
  await dialogOf(page).getByRole('button', { name: 'Plan 1 price' }).click();
  await page.waitForURL(/\/price-changes\/pch_/);
  const change = page.url();
  assert.equal(await priceInShop(shop, other.sku), edits[1].price, 'a plan alone puts nothing back');
  await approves(approver, change, 'Put back by the browser test');
  await appliesAndFollows(approver);
  assert.equal(await priceInShop(shop, other.sku), other.price.amount, 'the shop has our price again');
  assert.equal(await priceInShop(shop, one.sku), edits[0].price, 'and keeps what was taken as ours');
  const { data } = await (await page.request.get(`/api/v1/catalog/variants?project=demo&sku=${one.sku}`)).json();
  assert.equal(data[0].price.amount, edits[0].price);

  await page.goto('/demo/drift?state=adopted');
  await row(one.sku).first().getByText('Taken as ours').waitFor();
  await page.goto('/demo/drift?state=open');
  await settled(page);
  // What was put back is no drift any more.
  await row(other.sku).first().waitFor({ state: 'detached' });
}

/** One euro and other cents: far from every guardrail, and never the price of before. */
const slightlyMore = (amount) => `${Number(amount.split('.')[0]) + 1}.${amount.endsWith('13') ? '14' : '13'}`;

/** Asks again until the comparison has come to the row. */
async function seen(page, row) {
  for (let tries = 0; tries < 300 && (await row.count()) === 0; tries += 1) {
    await page.reload();
    await settled(page);
  }
  await row.first().waitFor();
}

export async function setsThePolicy(page) {
  const set = async (name) => {
    await page.getByRole('button', { name: 'Change…' }).click();
    await dialogOf(page).getByRole('radio', { name: new RegExp(`^${name}`) }).check();
    await dialogOf(page).getByRole('button', { name, exact: true }).click();
    await dialogOf(page).waitFor({ state: 'hidden' });
    await page.getByText(`${name}.`, { exact: true }).waitFor();
  };
  await page.goto('/demo/drift');
  await settled(page);
  await set('Plan our price again');
  await set('Report and wait');
}

export async function testsAConnection(page) {
  await page.goto('/demo/connectors');
  await page.getByRole('table', { name: 'Connected shops' }).getByRole('link').first().click();
  await page.waitForURL(/connectors\/chn_/);
  const step = (name) => page.getByRole('table', { name: 'Steps of the test' }).getByRole('row').filter({ hasText: name });
  await step('The shop answers').getByText('In order').waitFor();
  await step('What we may do').getByText(/write_products/).waitFor();
  await page.getByText(/^The shop’s limit: [\d,]+ of [\d,]+ points left/).waitFor();
  await page.getByRole('button', { name: 'Read its catalogue now' }).click();
  await page.getByText(/^Read [\d,]+ products with [\d,]+ variants/).waitFor();
  await settled(page);
  await assertAccessible(page);
}

export async function refusesAFaultyConnection(page) {
  await page.goto('/demo/connectors');
  await page.getByRole('button', { name: 'Connect a shop…' }).click();
  const dialog = dialogOf(page);
  const act = dialog.getByRole('button', { name: 'Connect the shop' });
  assert.equal(await act.getAttribute('aria-disabled'), 'true', 'a domain is needed');
  await dialog.getByLabel('The shop’s permanent domain').fill('nobody.myshopify.com');
  await dialog.getByLabel(/^Access token/).fill('not a token');
  await dialog.getByLabel(/^Where it answers/).fill('http://127.0.0.1:9');
  await assertAccessible(page);
  await act.click();
  await dialog.getByText('No shop was connected. What you typed is kept.').waitFor();
  assert.equal(await dialog.getByLabel('The shop’s permanent domain').inputValue(), 'nobody.myshopify.com');
  await dialog.getByLabel('How', { exact: true }).selectOption('consent');
  assert.equal(await dialog.getByLabel('The shop’s permanent domain').inputValue(), 'nobody.myshopify.com', 'another way keeps the shop');
  await page.keyboard.press('Escape');
}

export async function findsEvents(page) {
  await page.goto('/demo/events');
  await page.getByRole('searchbox', { name: 'Type' }).fill('run.finished');
  await page.waitForURL(/type=run\.finished/);
  const records = page.getByRole('main').getByRole('article');
  await records.filter({ hasNotText: 'run.finished' }).first().waitFor({ state: 'detached' });
  await records.first().getByRole('button', { name: /^Show details/ }).click();
  await page.getByRole('heading', { name: 'What happened' }).waitFor();
  await assertAccessible(page);
  await records.first().getByRole('link', { name: 'Run' }).click();
  await page.waitForURL(/\/runs\/run_/);
  await page.goto('/demo/events?type=no.such_thing');
  await page.getByText('No events match').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await records.first().waitFor();
}

export async function replaysASpan(page) {
  await page.goto('/demo/events/consumers');
  await page.getByRole('table', { name: 'Consumers of the event log' }).getByText('webhooks', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Replay…\s+to webhooks/ }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('First number').fill('5');
  await dialog.getByLabel('Last number').fill('2');
  await dialog.getByText('The last number comes before the first.').waitFor();
  await dialog.getByLabel('First number').fill('1');
  await dialog.getByRole('button', { name: 'Replay up to 2 events' }).click();
  await page.waitForURL(/events\/replays/);
  await page.getByRole('table', { name: 'Replays, newest first' }).getByRole('row').nth(1).getByText('Finished').waitFor();
}

export async function findsJobs(page) {
  await page.goto('/demo/jobs');
  await page.getByRole('button', { name: 'Done' }).click();
  await page.waitForURL(/state=done/);
  await page.getByRole('searchbox', { name: /^Kind/ }).fill('runs.apply_batch');
  await page.waitForURL(/kind=runs/);
  const rows = page.getByRole('table', { name: 'Jobs, newest first' }).locator('tbody tr');
  await rows.filter({ hasNotText: 'runs.apply_batch' }).first().waitFor({ state: 'detached' });
  await rows.first().getByText('Done').waitFor();
  await page.getByRole('link', { name: 'Schedules' }).click();
  await page.getByRole('table', { name: 'Schedules by name' }).getByText(/^Every day at \d\d:\d\d$/).first().waitFor();
}

export async function keepsAWebhook(page) {
  await page.goto('/demo/webhooks');
  await page.getByRole('button', { name: 'Add a webhook…' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Address').fill('http://elsewhere.example/hook');
  await dialog.getByRole('button', { name: 'Add the webhook' }).click();
  await dialog.getByText('No webhook was added. What you typed is kept.').waitFor();
  await dialog.getByLabel('Address').fill('https://receiver.invalid/hook');
  await dialog.getByLabel(/^Which events/).fill('nothing.at_all');
  await dialog.getByRole('button', { name: 'Add the webhook' }).click();
  const secret = page.getByText(/^whsec_/);
  await secret.waitFor();
  const first = await secret.textContent();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.waitForURL(/webhooks\/whk_/);
  await page.getByRole('heading', { level: 1, name: 'receiver.invalid' }).waitFor();
  // The secret is shown once.
  await secret.waitFor({ state: 'detached' });
  await settled(page);
  await assertAccessible(page);

  await page.getByRole('button', { name: 'Replace the secret…' }).click();
  await dialog.getByRole('button', { name: 'Make a new secret' }).click();
  await secret.waitFor();
  assert.notEqual(await secret.textContent(), first);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Switch off…' }).click();
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('Switched off', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog.getByRole('button', { name: 'Delete it for good' }).click();
  await page.waitForURL(/\/webhooks$/);
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
  await settled(page);
  await page.getByText('https://receiver.invalid/hook').first().waitFor({ state: 'detached' });
}

export async function verifiesTheAudit(page) {
  await page.goto('/demo/audit');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('Whole', { exact: true }).waitFor();
  await page.getByText(/^[\d,]+ records? under [\d,]+ seals?/).waitFor();
  await page.getByLabel(/^A head that you kept/).fill('f'.repeat(64));
  await page.getByRole('button', { name: 'Verify now' }).click();
  await page.getByText('The head that you kept is not in the chain: it was cut short or made anew since.').waitFor();
  await page.getByRole('button', { name: 'Show as table' }).first().click();
  await page.getByRole('group', { name: 'The chain in parts' }).getByRole('rowheader').first().waitFor();
  await settled(page);
  await assertAccessible(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download it all as NDJSON' }).click();
  assert.match((await download).suggestedFilename(), /\.ndjson$/);
}

export async function readsTheAudit(page) {
  await page.goto('/demo/audit?action=price_change.approved');
  const records = page.getByRole('main').getByRole('article');
  await records.first().getByRole('button', { name: /^Show details/ }).click();
  await page.getByRole('table', { name: 'What price_change.approved changed' }).getByRole('row').filter({ hasText: 'approved' }).first().waitFor();
  await settled(page);
  await assertAccessible(page);
  const all = await records.count();
  await page.getByRole('button', { name: /only these$/ }).first().click();
  await page.waitForURL(/from=.*to=|to=.*from=/);
  await settled(page);
  const some = await records.count();
  assert.ok(some > 0 && some <= all, `${some} of ${all} records lie in the first bar`);
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByRole('group', { name: 'Records over time' }).getByRole('rowheader').first().waitFor();
}

export async function tellsWhoMay(page) {
  await page.goto('/demo/webhooks');
  await page.getByText('You can read webhooks but not add one. Ask somebody with the role admin.').waitFor();
  await page.goto('/demo/connectors');
  await page.getByText('You can read connections but not make one. Ask somebody with the role admin.').waitFor();
  await page.goto('/demo/events/consumers');
  await page.getByText('You can read how consumers fare but not replay events. Ask somebody with the role admin.').waitFor();
}
