// One price travels from a rule to the shop and back, by the hands of two people.
import assert from 'node:assert/strict';
import { isFocused, runIsOver, settled, signIn } from './browser.mjs';

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
  await page.goto('/demo/rules/new?as=yaml');
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
  await looksAtThePreview(page);
  await page.getByRole('button', { name: 'Push the rule' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return page.url();
}

/** Bars are one stop for Tab, arrows walk them, and a chosen one narrows the rows; each picture is a table too. */
async function looksAtThePreview(page) {
  await page.getByText('Largest changes').waitFor();
  const bars = page.getByRole('listbox', { name: 'Changes by size' });
  await bars.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^Changes (between|below|at)/ }).waitFor();
  assert.equal(await bars.locator('[role=option][aria-selected=true]').count(), 1, 'one bar is chosen');
  await page.keyboard.press('Escape');
  await page.getByText('Largest changes').waitFor();
  for (const name of ['Changes by size', 'Prices in EUR']) {
    await page.getByRole('button', { name: 'Show as table' }).first().click();
    await page.getByRole('group', { name }).getByRole('rowheader').first().waitFor();
  }
}

/** While a known rule is changed, the page says which variants would come out differently than as stored. */
export async function comparesWithWhatIsStored(page, rule) {
  await page.goto(`${rule}/edit?as=yaml`);
  const text = page.getByRole('textbox', { name: 'Rule as YAML' });
  await text.waitFor();
  const stored = await text.inputValue();
  await page.getByText('The text says exactly what is stored.').waitFor();
  await text.fill(stored.replace('-7', '-8'));
  await page.getByRole('heading', { name: 'Against v1' }).waitFor();
  await page.getByText(/variants move to another price\.$/).waitFor();
  await page.getByRole('link', { name: 'Leave without pushing' }).click();
  await page.getByRole('heading', { level: 2, name: 'Document' }).waitFor();
}

export async function plansAPriceChange(page, title) {
  await page.getByRole('link', { name: 'Plan a price change' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Compute the plan' }).click();
  const heading = page.getByRole('heading', { level: 1, name: title });
  await heading.waitFor();
  await isFocused(heading, 'the heading of the new page');
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
  await opensPart(page, 'Changes');
  await page.getByRole('button', { name: /^Down/ }).click();
  await page.waitForURL(/outcome=cut/);
  // The rows of before stay until the others have come.
  await settled(page);
  await page.locator('tbody tr').first().getByRole('link').click();
  await page.waitForURL(/row=var_/);
  await page.getByRole('dialog').getByText('Percent', { exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** One of the parts of a price change's page. */
export async function opensPart(page, name) {
  const part = page.getByRole('navigation', { name: 'Parts of the price change' }).getByRole('link', { name: new RegExp(`^${name}`) });
  await part.click();
  await page.waitForURL(new RegExp(`tab=${name.toLowerCase()}`));
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
  stream.catch(() => undefined);
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
  await runIsOver(page);
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
  await runIsOver(page);
  const run = page.url();
  await page.goto(url);
  await page.getByText('Rolled back', { exact: true }).first().waitFor();
  return run;
}

export async function readsItsFaults(page) {
  await page.goto('/demo/guardrails/edit?as=yaml');
  const text = page.getByRole('textbox', { name: 'Guardrails as YAML' });
  await text.fill('schema: guardrails.v1\nmaximum_mov:\n  mode: soft\n');
  await page.getByRole('button', { name: 'line 2' }).click();
  assert.equal(await text.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd)), 'maximum_mov:', 'the fault is chosen in the text');
}

export async function pushesGuardrails(page, downPercent) {
  await page.getByRole('textbox', { name: 'Guardrails as YAML' }).fill(`schema: guardrails.v1\nmaximum_move:\n  mode: soft\n  down_percent: ${downPercent}\n  up_percent: 100\n`);
  await page.getByRole('button', { name: 'Push the guardrails' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guardrails', exact: true }).waitFor();
  const row = page.getByRole('table', { name: /^Guardrails in the order/ }).getByRole('row').filter({ hasText: 'maximum_move' }).first();
  await row.getByText(`down ${downPercent} %, up 100 %`).waitFor();
  await row.getByText('This project').waitFor();
}

/** Both write over one version. The second keeps what the first pushed. */
export async function meetsAnotherAdmin(page, other) {
  const theirs = other.getByRole('textbox', { name: 'Guardrails as YAML' });
  await theirs.waitFor();
  const stored = await theirs.inputValue();
  await theirs.fill(`${stored}# Mine\nceiling:\n  price: 90000.00 EUR\n`);
  await other.getByText('Valid', { exact: true }).waitFor();
  const percent = Number(/down_percent: "(\d+)"/.exec(stored)[1]) - 2;
  await pushesGuardrails(page, percent);

  await other.getByRole('button', { name: 'Push the guardrails' }).click();
  const conflict = other.getByRole('region', { name: /^The guardrails were changed: v\d+$/ });
  await conflict.getByText('# Mine').waitFor();
  await conflict.getByText(`down_percent: "${percent}"`).first().waitFor();
  assert.equal(await other.getByRole('button', { name: 'Push the guardrails' }).getAttribute('aria-disabled'), 'true');
  await conflict.getByRole('button', { name: 'Keep theirs and drop mine' }).click();
  await conflict.waitFor({ state: 'detached' });
  assert.match(await theirs.inputValue(), new RegExp(`down_percent: "${percent}"`));
  assert.doesNotMatch(await theirs.inputValue(), /Mine/);
}

/** The session ends under an open page; nothing typed may be lost. */
export async function signsInAgainOverThePage(page, password) {
  await page.goto('/demo/rules/new?as=yaml');
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

export async function findsItInTheAudit(page, changeUrl) {
  const id = new URL(changeUrl).pathname.split('/').at(-1);
  await page.goto(`/demo/audit?entity_id=${id}`);
  await page.getByText('price_change.approved', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Show details/ }).first().click();
  await page.getByRole('table', { name: /^What .* changed$/ }).getByRole('columnheader', { name: 'After' }).waitFor();
}
