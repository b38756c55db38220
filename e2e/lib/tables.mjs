// A list longer than what fits: only what is in sight is drawn, keys walk it to its end, and readers hear where they are.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { settled } from './browser.mjs';

/** Waits, because the focus comes to a row only when that row has been drawn. */
async function isAtRow(page, row, what) {
  const focused = () => page.evaluate(() => Number(document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? 0));
  await page.waitForFunction((wanted) => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') === String(wanted), row).catch(() => undefined);
  assert.equal(await focused(), row, what);
}

/** Walks the catalogue by keyboard only, from its first row to its last and into its page. */
export async function walksALongTable(page) {
  await page.goto('/demo/catalog');
  await settled(page);
  const all = (await allVariants(page)).length;
  assert.ok(all > 200, 'the demo has a catalogue longer than a plain table');
  const table = page.getByRole('table', { name: 'Variants' });
  await table.getByRole('link').first().focus();
  await isAtRow(page, 2, 'the heading is row 1');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await isAtRow(page, 4);
  await page.keyboard.press('k');
  await isAtRow(page, 3);
  await page.keyboard.press('End');
  await page.waitForFunction((last) => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') === String(last) && document.activeElement.matches('a'), all + 1);
  assert.equal(await table.getAttribute('aria-rowcount'), String(all + 1));
  assert.ok((await table.getByRole('row').count()) < 100, 'rows out of sight are not drawn');
  await assertAccessible(page);
  const sku = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('Enter');
  await page.waitForURL(/catalog\/var_/);
  await page.getByText(sku, { exact: true }).first().waitFor();
}

async function allVariants(page) {
  const found = [];
  for (let cursor = ''; ; ) {
    const answer = await page.request.get(`/api/v1/catalog/variants?project=demo&limit=1000${cursor}`);
    assert.equal(answer.ok(), true);
    const { data, has_more: hasMore, next_cursor: next } = await answer.json();
    found.push(...data);
    if (!hasMore) return found;
    cursor = `&cursor=${next}`;
  }
}

/** What the page shows goes elsewhere with its filters: a call of the API. */
export async function copiesAList(page) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/demo/catalog?tag=rain');
  await settled(page);
  await page.getByRole('button', { name: 'Copy as…' }).click();
  await page.getByRole('menuitem', { name: 'curl' }).click();
  await page.getByText('Copied as curl.').waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl .*catalog\/variants\?project=demo&tag=rain'$/);
}
