// One price travels from a rule to the shop and back, by the hands of two people.
import assert from 'node:assert/strict';
import { settled, signIn } from './browser.mjs';

/** Every variant's prices as the API tells them: the judge of whether roll back is exact. */
export async function allPrices(page) {
  const prices = [];
  for (let cursor = ''; ; ) {
    const response = await page.request.get(`/api/v1/catalog/variants?project=demo&limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    assert.equal(response.status(), 200, await response.text());
    const body = await response.json();
    prices.push(...body.data.map(({ id, price, compare_at }) => ({ id, price: price ?? null, compare_at: compare_at ?? null })));
    if (!body.has_more) return prices.sort((a, b) => a.id.localeCompare(b.id));
    cursor = body.next_cursor;
  }
}

export function ruleText(name) {
  return `schema: rule.v1\nname: ${name}\ndescription: Seven percent off everything, by the browser test\nselect:\n  all_variants: true\nsteps:\n  - percent: -7\n`;
}

export async function refusesAWrongPassword(page, email) {
  await page.goto('/demo/catalog');
  await page.waitForURL(/\/login\?next=/);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText(/Request req_/).waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), email, 'what was typed is kept');
}

export async function signsInToThePageAskedFor(page, email, password) {
  await signIn(page, email, password, { next: '/demo/catalog?q=a' });
  await page.getByRole('heading', { level: 1, name: 'Catalogue' }).waitFor();
  assert.equal(new URL(page.url()).search, '?q=a', 'the filter of the address is kept');
}

export async function pushesARule(page, name) {
  await page.goto('/demo/rules/new');
  const text = page.getByRole('textbox', { name: 'Rule as YAML' });
  await text.fill(ruleText(name).replace('steps:', 'stepps:'));
  await page.getByText(/faults? to mend/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Push the rule' }).getAttribute('aria-disabled'), 'true', 'a faulty rule cannot be pushed');
  await page.getByRole('button', { name: /^line \d+$/ }).first().waitFor();

  await page.reload();
  await text.waitFor();
  assert.match(await text.inputValue(), /stepps:/, 'an unpushed text survives a reload');

  await text.fill(ruleText(name));
  await page.getByText('Valid', { exact: true }).waitFor();
  await page.getByText('Largest changes').waitFor();
  await page.getByRole('button', { name: 'Push the rule' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return page.url();
}

export async function plansAPriceChange(page, title) {
  await page.getByRole('link', { name: 'Plan a price change' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Compute the plan' }).click();
  const heading = page.getByRole('heading', { level: 1, name: title });
  await heading.waitFor({ timeout: 60_000 });
  assert.ok(await heading.evaluate((element) => element === document.activeElement), 'the heading of the new page has the focus');
  await page.getByText('Waiting for approval', { exact: true }).waitFor();
  await settled(page);
  return page.url();
}

export async function mayNotApproveTheirOwn(page) {
  await page.getByText('You planned this price change, so someone else must approve it.').waitFor();
  const approve = page.getByRole('main').getByRole('button', { name: /^Approve/ });
  assert.equal(await approve.getAttribute('aria-disabled'), 'true');
  await approve.click({ force: true });
  assert.equal(await page.getByRole('dialog').count(), 0, 'a blocked button opens nothing');
}

export async function readsWhy(page) {
  await page.getByRole('button', { name: /^Down/ }).click();
  await page.waitForURL(/outcome=cut/);
  await settled(page);
  await page.locator('tbody tr').first().getByRole('link').click();
  await page.waitForURL(/row=var_/);
  await page.getByRole('dialog').getByText('Percent', { exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

export async function approves(page, url, comment) {
  await page.goto(url);
  await page.getByRole('main').getByRole('button', { name: /^Approve/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Comment (optional)').fill(comment);
  await dialog.getByRole('button', { name: /^Approve \d/ }).click();
  await page.getByText('Approved', { exact: true }).waitFor();
  await page.getByText(`“${comment}”`).waitFor();
}

/** Applies and follows the run on its page until it says by itself that it is finished. Gives the run's address. */
export async function appliesAndFollows(page) {
  const stream = page.waitForResponse((response) => /\/runs\/[^/]+\/events$/.test(new URL(response.url()).pathname));
  const button = page.getByRole('main').getByRole('button', { name: /^Apply [\d,]+ prices?…$/ });
  const count = Number((await button.textContent()).replace(/\D/g, ''));
  await button.click();
  const dialog = page.getByRole('dialog');
  const act = dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ });
  if (count > 25) {
    assert.equal(await act.getAttribute('aria-disabled'), 'true', 'the count must be typed first');
    await dialog.getByLabel(/^Number of prices/).fill(String(count));
  }
  await act.click();
  await page.waitForURL(/\/runs\/run_/);
  assert.match((await (await stream).headerValue('content-type')) ?? '', /^text\/event-stream/, 'progress comes as a stream');
  await finished(page);
  await page.getByRole('button', { name: new RegExp(`^Applied ${count.toLocaleString('en-GB')}$`) }).waitFor();
  return page.url();
}

export async function explainsThePrice(page, title) {
  await page.locator('tbody tr').first().getByRole('link').click();
  await page.getByRole('heading', { level: 2, name: 'Why this price' }).waitFor();
  await page.getByRole('link', { name: 'this price change' }).waitFor();
  await page.getByText('Percent', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'this price change' }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

export async function rollsBack(page, url) {
  await page.goto(url);
  await page.getByRole('main').getByRole('button', { name: 'Roll back…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true }).click();
  await page.waitForURL(/\/runs\/run_/);
  await page.getByRole('heading', { level: 1, name: /^Roll back:/ }).waitFor();
  await finished(page);
  const run = page.url();
  await page.goto(url);
  await page.getByText('Rolled back', { exact: true }).first().waitFor();
  return run;
}

/** The session ends under an open page; nothing typed may be lost. */
export async function signsInAgainOverThePage(page, password) {
  await page.goto('/demo/rules/new');
  const text = page.getByRole('textbox', { name: 'Rule as YAML' });
  await text.waitFor();
  await page.context().clearCookies();
  await text.fill(ruleText('Typed while the session ended'));
  const dialog = page.getByRole('dialog', { name: /session has ended/ });
  await dialog.getByLabel(/^Password of/).fill(password);
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Valid', { exact: true }).waitFor();
  assert.match(await text.inputValue(), /Typed while the session ended/);
}

async function finished(page) {
  await page.getByRole('heading', { level: 2, name: 'Result' }).waitFor({ timeout: 120_000 });
  await settled(page);
}

export async function findsItInTheAudit(page, changeUrl) {
  const id = new URL(changeUrl).pathname.split('/').at(-1);
  await page.goto(`/demo/audit?entity_id=${id}`);
  await page.getByText('price_change.approved', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Show details/ }).first().click();
  await page.getByRole('heading', { name: 'After' }).waitFor();
}
