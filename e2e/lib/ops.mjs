// Running and watching: a run in two tabs, a partial end, a first wave, drift, connectors, the event log, jobs, webhooks, audit.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { person, runIsOver, settled, signIn } from './browser.mjs';
import { withARefusingShop, withASlowShop } from './shop.mjs';
import * as watch from './ops-watch.mjs';

export async function checksRunning({ browser, report, baseURL, people, password, shop }) {
  const as = async (email) => {
    const one = await person(browser, { baseURL });
    await signIn(one.page, email, password);
    return one;
  };
  const [editor, approver, admin] = [await as(people.editor), await as(people.approver), await as(people.admin)];
  const step = (who, what, act) => report.step(what, act, who.page);
  const change = (percent) => approvedChange(editor.page, approver.page, percent);

  await step(approver, 'two tabs on one run share one stream, and the other takes over when its tab goes', async () => {
    const url = await change('-3');
    await withASlowShop(shop, () => sharesAStream(approver, url));
    await goesBack(approver.page);
  });
  report.journey(7);
  await step(approver, 'a run that ends partly says why, shows which, and is tried again', async () => endsPartly(approver.page, await change('4'), shop));
  report.journey(8);
  await step(approver, 'a first wave is asked for, watched, and can be stopped', async () => beginsWithAFirstWave(approver.page, await change('-2')));
  report.journey(9);
  await step(editor, 'a drift is found, one price is put back by a plan and one taken as ours', () => watch.decidesAboutDrift(editor.page, approver.page, shop));
  await step(admin, 'what happens about drift is set, and set back', () => watch.setsThePolicy(admin.page));
  report.journey();
  await step(admin, 'a connection is tested step by step and its catalogue read', () => watch.testsAConnection(admin.page));
  await step(admin, 'connecting asks for what is missing and keeps what was typed', () => watch.refusesAFaultyConnection(admin.page));
  await step(admin, 'events are found by type and open to what happened', () => watch.findsEvents(admin.page));
  await step(admin, 'a span of the log is replayed to one consumer', () => watch.replaysASpan(admin.page));
  await step(admin, 'jobs are found by state and kind, and schedules say when in words', () => watch.findsJobs(admin.page));
  await step(admin, 'a webhook shows its secret once, gets a new one, and goes', () => watch.keepsAWebhook(admin.page));
  report.journey(10);
  await step(admin, 'the audit is narrowed to what lies dense, and says field by field what changed', () => watch.readsTheAudit(admin.page));
  await step(admin, 'the chain of the audit is verified, against a kept head too, and taken out', () => watch.verifiesTheAudit(admin.page));
  report.journey();
  await step(editor, 'who may not act is told who may', () => watch.tellsWhoMay(editor.page));
  await step(admin, 'running and watching made no noise', async () => assert.deepEqual([...editor.noise, ...approver.noise, ...admin.noise].filter((line) => !/connectors: .*status of 503/.test(line)), []));
  for (const one of [editor, approver, admin]) await one.context.close();
}

/** What the page asks for beside the browser's own requests, with what the API wants of every writer. */
export async function api(page, method, path, data) {
  const headers = { 'Idempotency-Key': `ops-${Date.now()}-${Math.random()}`, Origin: new URL(page.url()).origin };
  const response = await page.request.fetch(`/api/v1${path}`, { method, headers, ...(data === undefined ? {} : { data }) });
  assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`);
  return response.json();
}

/** A price change over everything that waits for approval; gives its address. */
export async function plannedChange(editor, percent) {
  const { id } = await plans(editor, percent);
  return `/demo/price-changes/${id}`;
}

/** The same, approved. */
export async function approvedChange(editor, approver, percent) {
  const { id, plan_hash } = await plans(editor, percent);
  await api(approver, 'POST', `/price-changes/${id}/approve`, { plan_hash });
  return `/demo/price-changes/${id}`;
}

async function plans(editor, percent) {
  const title = `Running ${percent} ${Date.now().toString(36)}`;
  const rule = await api(editor, 'POST', '/rules?project=demo', { schema: 'rule.v1', name: title, select: { all_variants: true }, steps: [{ percent }] });
  return api(editor, 'POST', '/price-changes?project=demo', { title, rules: [rule.rule.id] });
}

/** Applies by the dialog; `choose` may set more in it. Ends on the page of the run. */
export async function applies(page, url, choose = async () => {}) {
  await page.goto(url);
  const button = page.getByRole('main').getByRole('button', { name: /^Apply [\d,]+ prices?…$/ });
  const count = Number((await button.textContent()).replace(/\D/g, ''));
  await button.click();
  const dialog = page.getByRole('dialog');
  await choose(dialog);
  if (count > 25) await dialog.getByLabel(/^Number of prices/).fill(String(count));
  await dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).click();
  await page.waitForURL(/\/runs\/run_/);
}

async function sharesAStream({ context, page }, url) {
  let streams = 0;
  const isStream = (request) => /\/runs\/[^/]+\/events$/.test(new URL(request.url()).pathname);
  context.on('request', (request) => void (streams += isStream(request) ? 1 : 0));
  const first = await context.newPage();
  await applies(first, url);
  await first.getByText('Live', { exact: true }).waitFor();
  await page.goto(first.url());
  await page.getByText('Live', { exact: true }).waitFor();
  assert.equal(streams, 1, 'the second tab hears what the first one reads');
  const taken = page.waitForRequest(isStream);
  await first.close();
  await taken;
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop the run' }).click();
  await page.getByText(/^(Partly applied|Failed)$/).first().waitFor();
}

/** Takes the run back, so that the guardrail over a day's changes has room for the next. */
export async function goesBack(page) {
  const run = new URL(page.url()).pathname.split('/').at(-1);
  const { counts } = await api(page, 'GET', `/runs/${run}`);
  if (counts.applied === 0) return;
  const { id } = await api(page, 'POST', `/runs/${run}/rollback`);
  await page.goto(`/demo/runs/${id}`);
  await runIsOver(page);
}

async function endsPartly(page, url, shop) {
  await withARefusingShop(shop, async () => {
    await applies(page, url);
    await runIsOver(page, 'Some prices were written and some were not');
  });
  await assertAccessible(page);
  const reason = page.getByRole('table', { name: /^Reasons/ }).getByRole('row').filter({ hasText: 'Failed' }).first();
  const count = Number((await reason.locator('td').nth(-2).textContent()).replace(/\D/g, ''));
  await reason.getByRole('link', { name: /^See them/ }).click();
  await page.waitForURL(/reason_code=/);
  // A page of the list has a hundred.
  await page.getByText(new RegExp(`^${Math.min(count, 100)} (of|shown)`)).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the results' }).click();
  assert.match((await download).suggestedFilename(), /^run_.*\.csv$/);
  await page.getByRole('button', { name: /^Retry [\d,]+ failed prices?…$/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Retry/ }).click();
  await page.getByRole('heading', { level: 2, name: 'Some prices were written and some were not' }).waitFor({ state: 'detached' });
  await runIsOver(page);
  await goesBack(page);
}

async function beginsWithAFirstWave(page, url) {
  await applies(page, url, async (dialog) => {
    await dialog.getByLabel('Write a first wave, and watch it before the rest').check();
    const share = dialog.getByLabel('Share in percent');
    await share.fill('0');
    await dialog.getByText('The first wave is a share from 1 to 99 percent.').waitFor();
    await share.fill('5');
    await dialog.getByLabel('Watch it for').selectOption('1h');
  });
  const stages = page.getByRole('listitem').filter({ has: page.getByText('Watch', { exact: true }) });
  await stages.filter({ hasText: 'Under way, for 1 h' }).waitFor();
  await page.getByText(/^The first wave is written and is watched until/).waitFor();
  await settled(page);
  await assertAccessible(page);
  await page.getByRole('main').getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop the run' }).click();
  await page.getByText('Partly applied', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: /^Roll back [\d,]+ written prices?…$/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Roll back/ }).click();
  await page.getByRole('heading', { level: 1, name: /^Roll back:/ }).waitFor();
  await runIsOver(page);
}
