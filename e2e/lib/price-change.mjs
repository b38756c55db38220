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
  const path = author.getByRole('list', { name: 'From the plan to the shop' });
  await path.getByText('Changes asked for').waitFor();
  await author.getByRole('button', { name: 'Request a review…' }).click();
  await author.getByRole('button', { name: 'Request the review' }).click();
  await path.getByText('Somebody other than the author').waitFor();
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
