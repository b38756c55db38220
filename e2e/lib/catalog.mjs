// The catalogue as one works with it: narrowed by facets, grouped by product, its columns chosen, kept as a view; and a
// variant wherever it is sold, with what was done to it.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { person, settled, signIn } from './browser.mjs';

export async function worksInTheCatalogue({ browser, report, baseURL, people, password }) {
  const editor = await person(browser, { baseURL });
  const { page } = editor;
  const step = (what, act) => report.step(what, act, page);
  await step('a facet narrows the catalogue to as many variants as it counts', async () => {
    await signIn(page, people.editor, password, { next: '/demo/catalog' });
    await narrowsByAFacet(page);
  });
  await step('variants are grouped by their products', () => groupsByProduct(page));
  await step('columns are chosen, and are still there after a reload', () => choosesColumns(page));
  await step('what is seen is copied as CSV', () => copiesAsCsv(page));
  await step('a view is saved, opened in another window of the same person, renamed and deleted', () => keepsAView(editor.context, page));
  await step('a variant shows its prices per surface', () => seesSurfaces(page));
  await step('a variant shows what was done to it', () => readsItsAudit(page));
  await step('the catalogue did not complain in the console of the browser', async () => assert.deepEqual(editor.noise, []));
  await editor.context.close();
}

async function ask(page, path) {
  const answer = await page.request.get(`/api/v1/${path}`);
  assert.equal(answer.ok(), true, path);
  return answer.json();
}

async function narrowsByAFacet(page) {
  await settled(page);
  const { vendors } = await ask(page, 'catalog/facets?project=demo');
  const { value, count } = vendors.at(-1);
  const field = page.getByRole('combobox', { name: 'Vendor' });
  await field.click();
  await page.getByRole('option', { name: new RegExp(`^${value} ?${count}$`) }).waitFor();
  await assertAccessible(page);
  // Vendors may begin alike.
  await field.fill(value.slice(0, -1).toLowerCase());
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('vendor') === value);
  await page.getByText(`${count} of ${count}`, { exact: true }).waitFor();
  assert.equal(await page.getByRole('table', { name: 'Variants' }).locator('tbody tr').count(), count);
  // The other facets are counted under this one.
  const narrowed = await ask(page, `catalog/facets?project=demo&vendor=${encodeURIComponent(value)}`);
  await page.getByRole('combobox', { name: 'Type' }).click();
  const options = page.getByRole('option');
  // The facets of before stay until the others have come.
  await options.nth(narrowed.product_types.length - 1).waitFor();
  await options.nth(narrowed.product_types.length).waitFor({ state: 'detached' });
  assert.equal(await options.count(), narrowed.product_types.length);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear vendor' }).click();
  await page.waitForURL((url) => !url.searchParams.has('vendor'));
}

async function groupsByProduct(page) {
  const { data } = await ask(page, 'catalog/variants?project=demo&limit=1000');
  const own = data.filter(({ product_id: product }) => product === data[0].product_id);
  assert.ok(own.length > 1, 'the first product of the demo has variants');
  await page.getByLabel('Group by product').check();
  await page.waitForURL(/group=product/);
  const table = page.getByRole('table', { name: 'Variants by product' });
  const opener = table.getByRole('button', { name: `${own.length} variants of ${own[0].product_title}` });
  await opener.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/open=prd_/);
  for (const { sku } of own) await table.getByRole('link', { name: sku, exact: true }).waitFor();
  await page.reload();
  await settled(page);
  assert.equal(await opener.getAttribute('aria-expanded'), 'true', 'the address keeps what is open');
  await assertAccessible(page);
  await opener.click();
  await table.getByRole('link', { name: own[0].sku, exact: true }).waitFor({ state: 'detached' });
  await page.getByLabel('Group by product').uncheck();
  await page.getByRole('table', { name: 'Variants', exact: true }).waitFor();
}

async function choosesColumns(page) {
  const head = page.getByRole('table', { name: 'Variants' }).getByRole('columnheader');
  const heads = async () => {
    await head.first().waitFor();
    return head.allTextContents();
  };
  await page.goto('/demo/catalog?tag=rain');
  await settled(page);
  assert.ok((await heads()).includes('Since'));
  await page.getByRole('button', { name: 'Columns…' }).click();
  await page.getByLabel('Since').uncheck();
  await page.getByLabel('Why').uncheck();
  await page.getByLabel('Cost').check();
  await page.getByText('7 columns of 16 shown.').waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Escape');
  const chosen = ['SKU', 'Product', 'Vendor', 'Type', 'Price EUR', 'Compare-at', 'Cost'];
  assert.deepEqual(await heads(), chosen);
  await page.reload();
  await settled(page);
  assert.deepEqual(await heads(), chosen);
}

async function copiesAsCsv(page) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { data } = await ask(page, 'catalog/variants?project=demo&limit=1000&tag=rain');
  await page.getByRole('button', { name: 'Copy as…' }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  await page.getByText('Copied as CSV.').waitFor();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).trim().split(/\r?\n/);
  assert.equal(lines[0], 'id,sku,title,vendor,type,price,compare_at,cost,currency');
  assert.equal(lines.length, data.length + 1);
  assert.ok(lines[1].startsWith(`${data[0].id},${data[0].sku},`) && lines[1].includes(`,${data[0].price.amount},`), lines[1]);
}

async function keepsAView(context, page) {
  const name = `Rain ${Date.now().toString(36)}`;
  await page.getByRole('button', { name: 'Views', exact: true }).click();
  await page.getByLabel('Save what is seen as').fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `View: ${name}`, exact: true }).waitFor();
  await assertAccessible(page);
  const saved = new URL(page.url()).searchParams;

  const other = await context.newPage();
  await other.goto('/demo/catalog');
  await settled(other);
  await other.getByRole('button', { name: 'Views', exact: true }).click();
  await other.getByRole('link', { name, exact: true }).click();
  await other.waitForURL(/view=viw_/);
  for (const filter of ['tag', 'cols', 'view']) assert.equal(new URL(other.url()).searchParams.get(filter), saved.get(filter));
  // The address is there before the page is.
  await other.getByRole('button', { name: `View: ${name}`, exact: true }).waitFor();
  await other.getByRole('button', { name: 'Clear tag' }).click();
  await other.getByRole('button', { name: `Changed view: ${name}` }).click();
  await other.getByRole('link', { name: 'Back to how it was saved' }).click();
  await other.waitForURL(/tag=rain/);
  await other.getByRole('button', { name: `View: ${name}`, exact: true }).waitFor();
  await other.getByRole('button', { name: `Rename ${name}` }).click();
  await other.getByLabel(`New name of “${name}”`).fill(`${name}, all`);
  await other.keyboard.press('Enter');
  await other.getByRole('button', { name: `View: ${name}, all`, exact: true }).waitFor();
  await other.getByRole('button', { name: `Delete ${name}, all` }).click();
  await other.getByRole('button', { name: 'Delete the view' }).click();
  await other.getByRole('button', { name: 'Views', exact: true }).waitFor();
  await other.close();
  assert.deepEqual((await ask(page, 'views?project=demo&list=catalog')).data.filter((view) => view.name.startsWith(name)), []);
}

/** The demo's shop has no price list, so one is answered in its place; the base price is the real one. */
async function seesSurfaces(page) {
  const { data } = await ask(page, 'catalog/variants?project=demo&limit=1');
  const [variant] = data;
  const base = { name: 'base', title: 'Base prices', currency: 'EUR' };
  const list = { name: 'switzerland', title: 'Switzerland', currency: 'CHF', fixed_rows: 1, relative_rows: 305, read_at: new Date().toISOString() };
  const price = { id: 'prv_e2e', price: { amount: '311.00', currency: 'CHF' }, valid_from: new Date().toISOString(), source: 'ingest', actor: 'system:catalog.ingest' };
  await page.route('**/api/v1/surfaces?*', (route) => route.fulfill({ json: { data: [base, list], has_more: false } }));
  await page.route(/\/prices\?.*surface=switzerland/, (route) => route.fulfill({ json: { data: [price], has_more: false } }));
  await page.route(/\/explain\?.*surface=switzerland/, (route) => route.fulfill({ json: { variant, surface: 'switzerland', at: new Date().toISOString(), price: { ...price, relative: true }, approved_by: [] } }));
  await page.goto(`/demo/catalog/${variant.id}`);
  await settled(page);
  const table = page.getByRole('table', { name: 'Prices per surface' });
  await table.getByRole('row', { name: /^Base prices/ }).getByText(`€${variant.price.amount}`).waitFor();
  await table.getByRole('row', { name: /^Switzerland/ }).getByText('CHF 311.00').waitFor();
  await table.getByText(/^1 price of its own, 305 follow the base price/).waitFor();
  await table.getByRole('link', { name: /prices over time, Switzerland$/ }).click();
  await page.waitForURL(/surface=switzerland/);
  await page.getByRole('table', { name: 'Prices, newest first' }).getByText('CHF 311.00').waitFor();
  assert.equal(await page.getByLabel('Price surface').inputValue(), 'switzerland');
  assert.equal(await page.getByLabel('Explain the price on').inputValue(), 'switzerland');
  await page.getByRole('region', { name: 'Why this price' }).getByText('has no price of its own in this price list').waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await assertAccessible(page);
  await page.unrouteAll();
}

async function readsItsAudit(page) {
  const records = (await ask(page, 'audit?entity_type=variant&limit=50')).data;
  const id = records[0]?.entity_id;
  assert.ok(id, 'something was done to a variant before');
  await page.goto(`/demo/catalog/${id}`);
  await settled(page);
  const card = page.getByRole('region', { name: 'Audit' });
  await card.getByText(records[0].action).first().waitFor();
  await card.getByRole('button', { name: `Show details of ${records[0].action}` }).first().click();
  await card.getByRole('table', { name: `What ${records[0].action} changed` }).first().waitFor();
  // From the top: what lies under the bar of the frame is not looked at.
  await page.evaluate(() => window.scrollTo(0, 0));
  await assertAccessible(page);
  await card.getByRole('link', { name: 'See it in the audit' }).click();
  await page.waitForURL(/\/audit\?entity_type=variant&entity_id=var_/);
  await page.getByRole('article').first().waitFor();
}
