// Acts that are refused, lost, or too late: said in words, nothing typed is lost, and done once when tried again.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { person, settled, signIn } from './browser.mjs';
import { api, approvedChange, goesBack } from './ops.mjs';
import { withASlowShop } from './shop.mjs';

const ruleText = (name) => `schema: rule.v1\nname: ${name}\nselect: { tag: { is: rain } }\nsteps:\n  - percent: -1\n`;

async function writesARule(page, name) {
  await page.goto('/demo/rules/new?as=yaml');
  const text = page.getByRole('textbox', { name: 'Rule as YAML' });
  await text.fill(ruleText(name));
  await page.getByText('Valid', { exact: true }).waitFor();
  return text;
}

const pushes = (page) => page.getByRole('button', { name: 'Push the rule' }).click();

export async function refusesTheReader(page) {
  const text = await writesARule(page, 'Not mine to push');
  await page.getByText('You can read rules but not write them. Ask somebody with the role editor.').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Push the rule' }).count(), 0, 'no button that would refuse');
  const headers = { 'Idempotency-Key': `reader-${Date.now()}`, Origin: new URL(page.url()).origin };
  const data = { schema: 'rule.v1', name: 'Not mine to push', select: { all_variants: true }, steps: [{ percent: '-1' }] };
  const answer = await page.request.post('/api/v1/rules?project=demo', { headers, data });
  assert.equal(answer.status(), 403, await answer.text());
  assert.equal(await text.inputValue(), ruleText('Not mine to push'));
  await assertAccessible(page);
}

export async function losesTheRole(browser, admin, { baseURL }) {
  const name = `Half way ${Date.now().toString(36)}`;
  const email = `${name.toLowerCase().replaceAll(' ', '-')}@demo.test`;
  const member = await api(admin, 'POST', '/members', { email, role: 'editor' });
  const { context, page } = await person(browser, { baseURL });
  await signIn(page, email, member.password);
  const text = await writesARule(page, name);
  const becomes = (role) => api(admin, 'PATCH', `/members/${member.id}`, { role });
  await becomes('viewer');
  await pushes(page);
  await page.getByRole('alert').getByText(/^This needs the role editor; you have viewer\./).waitFor();
  assert.equal(await text.inputValue(), ruleText(name), 'what was written stays');
  await becomes('editor');
  await pushes(page);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await api(admin, 'PATCH', `/members/${member.id}`, { active: false });
  await context.close();
}

/** Refusals that pass, with the words that the page has for each beside the server's. */
export const passing = [
  { status: 428, code: 'precondition.missing', title: 'Precondition Required', detail: 'Send `If-Match`.', hint: /did not say which version it changes/ },
  { status: 429, code: 'requests.too_many', title: 'Too Many Requests', detail: 'More than 600 requests in a minute.', hint: /wait a moment and try again/ },
  { status: 503, code: 'database.unavailable', title: 'Service Unavailable', detail: 'The database does not answer.', hint: /usually can again within a minute/ },
];

/** Refuses what is posted to an address that fits, once it is asked, until the given act is over. */
async function refusing(page, path, { status, code, title, detail }, act) {
  const fits = (url) => path.test(url.pathname);
  const body = JSON.stringify({ type: `urn:calibr:problem:${code}`, title, status, code, detail, request_id: 'req_01m7zrk4d9ebvtm80cbfvxjftx' });
  const handler = (route) => (route.request().method() === 'POST' ? route.fulfill({ status, contentType: 'application/problem+json', headers: { 'Retry-After': '1' }, body }) : route.fallback());
  await page.route(fits, handler);
  await act();
  await page.unroute(fits, handler);
}

export async function passes(page, change, refusal) {
  const words = `Kept through ${refusal.status} ${Date.now().toString(36)}`;
  const alert = page.getByRole('main').getByRole('alert');
  const said = async (notDone) => {
    await alert.getByText(refusal.detail, { exact: true }).waitFor();
    await alert.getByText(refusal.hint).waitFor();
    await alert.getByText(notDone).waitFor();
    await assertAccessible(page);
  };
  await page.goto(`${change}?tab=discussion`);
  await settled(page);
  await page.getByLabel('Your comment').fill(words);
  const says = page.getByRole('button', { name: 'Add the comment' });
  await refusing(page, /\/comments$/, refusal, async () => {
    await says.click();
    await said('The comment was not kept. What you wrote still stands here.');
  });
  assert.equal(await page.getByLabel('Your comment').inputValue(), words);
  await says.click();
  await page.getByRole('listitem').getByText(words, { exact: true }).waitFor();

  await page.goto('/demo/price-changes/new');
  await settled(page);
  await page.getByRole('group', { name: /^Rules to run/ }).getByRole('checkbox').first().check();
  await page.getByLabel('Title').fill(words);
  await refusing(page, /\/price-changes$/, refusal, async () => {
    await page.getByRole('button', { name: 'Compute the plan' }).click();
    await said('Nothing was planned. What you typed is kept.');
  });
  assert.equal(await page.getByLabel('Title').inputValue(), words);

  const text = await writesARule(page, words);
  await refusing(page, /\/rules$/, refusal, async () => {
    await pushes(page);
    await said('The rule was not stored. Your text is kept.');
  });
  assert.equal(await text.inputValue(), ruleText(words));
  await pushes(page);
  await page.getByRole('heading', { level: 1, name: words }).waitFor();
}

export async function keepsRows(page) {
  await page.goto('/demo/catalog');
  await settled(page);
  const row = page.locator('tbody tr').first();
  const before = await row.innerText();
  const variants = (url) => url.pathname === '/api/v1/catalog/variants';
  await page.route(variants, (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:calibr:problem:requests.too_many', title: 'Too Many Requests', status: 429, code: 'requests.too_many', detail: 'More than 600 requests in a minute.' }) }));
  await page.getByRole('searchbox').first().fill('e');
  const alert = page.getByRole('main').getByRole('alert');
  await alert.getByText('The rows below are from the last time it worked.').waitFor();
  assert.equal(await row.innerText(), before);
  assert.equal(await page.getByRole('searchbox').first().inputValue(), 'e');
  await page.unroute(variants);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await alert.waitFor({ state: 'detached' });
}

/** The request arrives and its answer does not: the page does not claim that nothing was done, and trying again does it once. */
export async function losesTheAnswer(page, change) {
  const words = `Said once ${Date.now().toString(36)}`;
  await page.goto(`${change}?tab=discussion`);
  await settled(page);
  await page.getByLabel('Your comment').fill(words);
  const comments = (url) => /\/comments$/.test(url.pathname);
  const lose = async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const answer = await route.fetch();
    assert.equal(answer.status(), 201);
    return route.abort();
  };
  await page.route(comments, lose);
  await page.getByRole('button', { name: 'Add the comment' }).click();
  const alert = page.getByRole('main').getByRole('alert');
  await alert.getByText(/^The request may or may not have arrived\./).waitFor();
  await alert.getByText('What you typed stays.').waitFor();
  assert.equal(await alert.getByText('The comment was not kept.').count(), 0, 'what is not known is not claimed');
  assert.equal(await page.getByLabel('Your comment').inputValue(), words);
  await page.unroute(comments, lose);
  await page.getByRole('button', { name: 'Add the comment' }).click();
  await page.waitForFunction(() => document.querySelector('textarea[name=comment]')?.value === '');
  await page.reload();
  await page.getByRole('listitem').getByText(words, { exact: true }).first().waitFor();
  assert.equal(await page.getByRole('listitem').getByText(words, { exact: true }).count(), 1, 'it was said once');
}

const opens = async (page, address, name) => {
  await page.goto(address);
  await page.getByRole('main').getByRole('button', { name }).click();
  return page.getByRole('dialog');
};

export async function decidesTooLate(second, first, change) {
  const dialog = await opens(second, change, /^Approve [\d,]+ prices?…$/);
  await dialog.getByLabel('Comment (optional)').fill('I was late');
  const declines = await opens(first, change, 'Decline…');
  await declines.getByLabel('Why').fill('Not this week');
  await declines.getByRole('button', { name: 'Decline the plan' }).click();
  await declines.waitFor({ state: 'detached' });

  await dialog.getByRole('button', { name: /^Approve [\d,]+ prices?$/ }).click();
  await dialog.getByText('This price change is rejected, so it can no longer be decided.').waitFor();
  await dialog.getByText('The plan was not approved.').waitFor();
  assert.equal(await dialog.getByLabel('Comment (optional)').inputValue(), 'I was late');
  await assertAccessible(second);
  await dialog.getByRole('button', { name: 'Load what it is now' }).click();
  await second.getByText('“Not this week”').waitFor();
}

export async function appliesTooLate(second, first, shop, change) {
  const confirms = async (page) => {
    const dialog = await opens(page, change, /^Apply [\d,]+ prices?…$/);
    const field = dialog.getByLabel(/^Number of prices/);
    await field.fill((await dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).textContent()).replace(/\D/g, ''));
    return dialog;
  };
  const [late, early] = [await confirms(second), await confirms(first)];
  await withASlowShop(shop, async () => {
    await early.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).click();
    await first.waitForURL(/\/runs\/run_/);
    await late.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).click();
    await late.getByText('No price was written.').waitFor();
    await late.getByText(/^This price change is not waiting to be applied/).waitFor();
    await assertAccessible(second);
    await late.getByRole('button', { name: 'Load what it is now' }).click();
    await second.getByText('Applying', { exact: true }).first().waitFor();
    await stops(first);
  });
  await goesBack(first);
}

async function stops(page) {
  await api(page, 'POST', `/runs/${new URL(page.url()).pathname.split('/').at(-1)}/stop`, {});
  await page.getByText(/^(Partly applied|Failed)$/).first().waitFor();
}

export async function losesTheStream(editor, page, shop) {
  const change = await approvedChange(editor, page, '-1');
  const stream = (url) => /\/runs\/[^/]+\/events$/.test(url.pathname);
  await withASlowShop(shop, async () => {
    const { plan_hash } = await api(page, 'GET', `/price-changes/${change.split('/').at(-1)}`);
    await page.route(stream, (route) => route.abort());
    const run = await api(page, 'POST', `/price-changes/${change.split('/').at(-1)}/apply`, { plan_hash });
    await page.goto(`/demo/runs/${run.id}`);
    await page.getByText(/Not live\. Last update .+ Reconnecting in \d s\./).first().waitFor();
    await page.getByText(/of [\d,]+ prices settled/).first().waitFor();
    await page.getByRole('main').locator('tbody tr').first().waitFor();
    await assertAccessible(page);
    await page.unroute(stream);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText(/Reconnecting/).waitFor({ state: 'detached' });
    await stops(page);
    assert.equal(await page.getByText(/Not live|Reconnecting/).count(), 0, 'a run that is over is not waited for');
  });
  await goesBack(page);
}
