// Arguing about a price change before it is decided, and reading it row by row with the keyboard.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { settled } from './browser.mjs';
import { opensPart } from './journey.mjs';

/** The author asks, the reviewer answers with a question and asks for changes; both read it on the page. */
export async function isTalkedAbout(author, reviewer, url) {
  await author.goto(url);
  await author.getByRole('button', { name: 'Request a review…' }).click();
  await author.getByLabel('What they should look at (optional)').fill('The tents, please');
  await author.getByRole('button', { name: 'Request the review' }).click();
  await author.getByText('“The tents, please”').waitFor();

  await reviewer.goto(url);
  await settled(reviewer);
  await opensPart(reviewer, 'Discussion');
  await reviewer.getByText('The tents, please', { exact: true }).waitFor();
  await reviewer.getByLabel('Your comment').fill('Why seven percent?');
  await reviewer.getByRole('button', { name: 'Add the comment' }).click();
  await reviewer.getByText('Why seven percent?', { exact: true }).first().waitFor();
  await assertAccessible(reviewer);
  await reviewer.goto(url);
  await reviewer.getByRole('button', { name: 'Ask for changes…' }).click();
  const ask = reviewer.getByRole('dialog').getByRole('button', { name: 'Ask for changes' });
  assert.equal(await ask.getAttribute('aria-disabled'), 'true', 'it must be said what should change');
  await reviewer.getByLabel('What should change').fill('Leave the stoves out');
  await ask.click();
  await reviewer.getByText('“Leave the stoves out”').waitFor();

  await author.goto(url);
  const path = (stage) => author.getByRole('figure', { name: `It stands at ${stage}.` });
  await path('approval: changes asked for').getByRole('button', { name: 'Show as table' }).click();
  await author.getByRole('group', { name: 'From the plan to the shop' }).getByRole('row', { name: /^Approval Changes asked for/ }).waitFor();
  await author.getByRole('button', { name: 'Show as picture' }).click();
  await author.getByRole('button', { name: 'Request a review…' }).click();
  await author.getByRole('button', { name: 'Request the review' }).click();
  await path('approval: waiting').getByRole('img').waitFor();
  await opensPart(author, 'Activity');
  // The plan, two requests for a review, the comment and what was asked for.
  await author.getByRole('region', { name: 'Activity' }).getByRole('listitem').filter({ hasText: 'price change' }).nth(2).waitFor();
}

/** Keys walk from row to row inside the drawer; the way of the price is a picture and a table. */
export async function readsRowsByKeys(page, url) {
  await page.goto(`${url}?tab=changes`);
  await settled(page);
  await page.locator('tbody').getByRole('link').first().focus();
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('img', { name: /becomes/ }).waitFor();
  const first = new URL(page.url()).searchParams.get('row');
  await page.keyboard.press(']');
  await page.waitForFunction((row) => new URL(location.href).searchParams.get('row') !== row, first);
  await page.keyboard.press('[');
  await page.waitForFunction((row) => new URL(location.href).searchParams.get('row') === row, first);
  // The address is there before the row is, and its picture begins anew with it.
  await drawer.getByText(/^Row 1 of \d+ loaded$/).waitFor();
  await settled(page);
  await drawer.getByRole('button', { name: 'Show as table' }).click();
  await drawer.getByRole('rowheader', { name: /^Percent/ }).waitFor();
  await drawer.getByRole('button', { name: 'Copy as calibr explain' }).waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
}

/** Rows are chosen by keys; what is asked for is a new plan, and keeping this one changes nothing. */
export async function choosesRows(page, url) {
  await page.goto(`${url}?tab=changes`);
  await settled(page);
  await page.locator('tbody').getByRole('link').first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await page.getByText('3 rows chosen').waitFor();
  await page.getByRole('button', { name: 'Leave these 3 out…' }).click();
  await page.getByRole('dialog').getByRole('heading', { name: 'Plan again without 3 rows?' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Keep this plan' }).click();
  await page.getByRole('button', { name: 'Choose none' }).click();
  await page.getByText('3 rows chosen').waitFor({ state: 'detached' });
}

/** A bar of the histogram leads to its rows, which a heading then puts in another order; both stand in the address. */
export async function followsABar(page, url) {
  await page.goto(url);
  await settled(page);
  const bars = page.getByRole('listbox', { name: 'Changes by size' });
  const bar = bars.getByRole('option').first();
  const count = Number((await bar.getAttribute('aria-label')).match(/([\d,]+) prices?$/)[1].replaceAll(',', ''));
  await bars.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/tab=changes&outcome=raise%2Ccut&delta_pct/);
  const table = page.getByRole('table', { name: /^Rows of the plan/ });
  await table.getByRole('link').first().waitFor();
  await listSays(page, count);
  await settled(page);
  if (count <= 200) assert.equal(await table.locator('tbody').getByRole('link').count(), count, 'as many rows as the bar says');
  await table.getByRole('columnheader', { name: 'SKU' }).getByRole('button').click();
  await page.waitForURL(/sort=sku/);
  await table.locator('th[aria-sort=ascending]').filter({ hasText: 'SKU' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: /^Changes (between|below|at)/ }).click();
  await page.waitForURL((address) => !address.search.includes('delta_pct'));
}

/** The list under the filters at hand has so many rows, in its own words. */
async function listSays(page, count) {
  const number = count.toLocaleString('en-GB');
  await page.getByRole('region', { name: 'Changes', exact: true }).getByText(new RegExp(`^([\\d,]+ of ${number}|${number} in all)$`)).waitFor();
}

/** Rows stand in groups that the server counts, and each group leads to as many rows as it says. */
export async function groupsRows(page, url) {
  await page.goto(`${url}?tab=changes`);
  await settled(page);
  for (const [by, name] of [['outcome', 'By outcome'], ['change', 'By size of the change'], ['margin', 'By margin afterwards']]) {
    await page.getByLabel('Group by').selectOption(name);
    await page.waitForURL(new RegExp(`group=${by}`));
    const groups = page.getByRole('table', { name: /^Rows of the plan by/ });
    const first = groups.locator('tbody tr').first();
    await first.waitFor();
    await settled(page);
    if (by === 'change') await assertAccessible(page);
    const count = Number((await first.getByRole('cell').first().textContent()).replace(/\D/g, ''));
    await first.getByRole('link').click();
    await page.waitForURL((address) => !address.searchParams.has('group'));
    await listSays(page, count);
    await page.goBack();
    await groups.waitFor();
    await page.goto(`${url}?tab=changes`);
    await settled(page);
  }
}

/** The margins stand in a picture and in a table, and a stretch of them leads to as many rows as it says. */
export async function looksAtMargins(page, url) {
  await page.goto(url);
  await settled(page);
  const card = page.getByRole('region', { name: 'Margins', exact: true });
  await card.getByRole('img', { name: /would sell below cost|No row would/ }).waitFor();
  await card.getByRole('button', { name: 'Show as table' }).click();
  await card.getByRole('columnheader', { name: 'Margin afterwards' }).waitFor();
  await card.getByRole('button', { name: 'Show as picture' }).click();
  const stretch = card.getByRole('list', { name: 'Rows by margin afterwards' }).getByRole('listitem').first();
  const count = Number((await stretch.textContent()).match(/([\d,]+) rows?$/)[1].replaceAll(',', ''));
  await stretch.getByRole('link').click();
  await page.waitForURL(/tab=changes&margin_pct/);
  await listSays(page, count);
}

/** What waits stands in the inbox with why, and can be answered there; afterwards it waits no more. Gives back the plan as it was. */
export async function answersFromTheInbox(author, reviewer, title) {
  await author.goto('/demo/approvals');
  await rowOf(author, title).getByText('You planned this price change, so someone else must approve it.').waitFor();
  assert.equal(await rowOf(author, title).getByRole('button').count(), 0, 'nobody is offered to approve their own');
  await reviewer.goto('/demo/approvals');
  await settled(reviewer);
  await assertAccessible(reviewer);
  await rowOf(reviewer, title).getByText('You may approve it, since somebody else planned it.').waitFor();
  await rowOf(reviewer, title).getByRole('button', { name: /^Ask for changes…/ }).click();
  await reviewer.getByRole('dialog').getByLabel('What should change').fill('From the inbox');
  await reviewer.getByRole('dialog').getByRole('button', { name: 'Ask for changes' }).click();
  await reviewer.getByRole('dialog').waitFor({ state: 'detached' });
  await rowOf(reviewer, title).getByText(/asked for changes; it is the author’s turn/).waitFor();
  await rowOf(reviewer, title).getByRole('button', { name: /^Decline…/ }).click();
  const decline = reviewer.getByRole('dialog');
  await decline.getByLabel('Why').fill('From the inbox');
  await decline.getByRole('button', { name: 'Decline the plan' }).click();
  await rowOf(reviewer, title).waitFor({ state: 'detached' });
  const left = (await (await reviewer.request.get('/api/v1/price-changes?project=demo&state=pending_approval&limit=99')).json()).data.length;
  const rail = reviewer.getByRole('navigation', { name: 'Areas' }).getByRole('link', { name: /^Approvals/ });
  await rail.getByText(left === 0 ? /^Approvals$/ : new RegExp(`^${left} price changes? waits? for approval$`)).waitFor();
}

const rowOf = (page, title) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: title, exact: true }) });

const SHEET = 'Handle,Title,Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Cost per item,Status';

/** A price that moves under a plan makes it stale; the page shows which, beside what was planned. */
export async function seesWhatMoved(page, name) {
  const sku = `MOVED-${Date.now().toString(36)}`.toUpperCase();
  const send = async (path, body, type) => {
    const headers = { origin: new URL(page.url()).origin, 'content-type': type, 'idempotency-key': crypto.randomUUID() };
    const response = await page.request.post(`/api/v1${path}?project=demo`, { headers, data: body });
    assert.ok(response.ok(), `${path}: ${await response.text()}`);
    return response.json();
  };
  const prices = (first, second) =>
    send('/catalog/imports', `${SHEET}\n${sku.toLowerCase()},Lantern ${sku},Nordlys,Lantern,,TRUE,Size,S,${sku}-S,${first},,20.00,active\n${sku.toLowerCase()},,,,,,,L,${sku}-L,${second},,20.00,\n`, 'text/csv');
  await prices('50.00', '60.00');
  const { rule } = await send('/rules', `schema: rule.v1\nname: ${name}\nselect:\n  sku: { matches: "${sku}-*" }\nsteps:\n  - percent: -10\n`, 'application/yaml');
  const { id } = await send('/price-changes', { title: name, note: null, rules: [rule.id], at: null, ends: [], exclude: [] }, 'application/json');
  await page.goto(`/demo/price-changes/${id}`);
  await settled(page);
  assert.equal(await page.getByRole('link', { name: 'What moved' }).count(), 0, 'a fresh plan has nothing that moved');
  await prices('50.00', '66.00');
  await page.reload();
  await page.getByRole('link', { name: 'See what moved' }).click();
  await page.waitForURL(/tab=moved/);
  const row = page.getByRole('table', { name: /^Prices that moved/ }).locator('tbody tr');
  await row.first().waitFor();
  await settled(page);
  assert.equal(await row.count(), 1, 'only what moved is listed');
  assert.match(await row.innerText(), new RegExp(`${sku}-L[\\s\\S]*60\\.00[\\s\\S]*54\\.00[\\s\\S]*66\\.00`));
  await assertAccessible(page);
}
