// The first hour with a server of one's own: a file is read in, a shop is connected with a token and another by its owner's
// consent, each is tested, read and seen to be what the shop itself says.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { person, settled, signIn } from './browser.mjs';
import { Programs } from './fresh.mjs';
import { weather, weathered } from './shop.mjs';

const ADMIN = 'admin@calibr.test';
/** What the simulated shop knows its app by. */
const APP = { id: 'simulated-app', secret: 'shpss_simulated_0000000000000000' };

const PRODUCTS = ['Handle,Title,Vendor,Type,Variant SKU,Variant Price,Variant Compare At Price', 'kettle,Kettle,Nordlys,Cookware,KET-1,39.90,', 'mug,Mug,Nordlys,Cookware,MUG-1,"12,50",', 'spoon,Spoon,Nordlys,Cookware,SPO-1,cheap,', ''].join('\n');
const FACTS = ['sku,cost', 'KET-1,17.25', 'NOBODY,1.00', ''].join('\n');
const HISTORY = ['sku,price,valid_from', 'KET-1,44.90,2026-01-05', 'KET-1,43.90,not a day', ''].join('\n');
/** A first hour takes few calls. The first reading of each catalogue comes when the shop has no room for it. */
const BUSY = { kind: 'throttle', operation: 'products', times: 1 };
/** What the second shop sells. */
const OTHERS = ['Handle,Title,Vendor,Variant SKU,Variant Price', 'lamp,Lamp,Suedwind,LAM-1,59.00', 'rope,Rope,Suedwind,ROP-1,9.50', ''].join('\n');

export async function setsUp({ browser, report }) {
  if (!process.env.CALIBR_PROGRAM && !process.env.CI) {
    report.leftOut('a server of its own is set up (CALIBR_PROGRAM and CALIBR_SIM are not set; `cargo xtask test` sets them)');
    return;
  }
  const programs = new Programs();
  try {
    const { baseURL, password } = await programs.calibr();
    const [north, south] = [await programs.shop('nordlys.myshopify.com'), await programs.shop('suedwind.myshopify.com', { csv: OTHERS })];
    for (const shop of [north, south]) await weather(shop.url, BUSY);
    const admin = await person(browser, { baseURL });
    const { page } = admin;
    const step = (what, act) => report.step(`setup: ${what}`, act, page);

    await step('home of an empty project says what comes first, and leads there', () => findsWhatComesFirst(page, password));
    await step('a product file is checked, shows its bad line, takes nothing, and is then taken', () => importsProducts(page));
    await step('costs are read in, and stand in the table', () => importsCosts(page));
    await step('prices of the past are read in, and stand on the page of the variant', () => importsHistory(page));
    await step('a file that is no table is refused with its line, and nothing is taken', () => refusesAFile(page));
    await step('a wrong token is refused by the shop itself, and what was typed is kept', () => refusesATokenThatIsWrong(page, north));
    await step('the right token connects it, and the test says what is missing', () => connectsWithAToken(page, north));
    await step('its catalogue is read, and every price is the shop’s own', () => readsTheCatalogue(page, north));
    await step('another shop is connected by the consent of its owner', () => connectsByConsent(page, south));
    await step('and read with what was granted', () => readsTheCatalogue(page, south));
    await step('both are in health, in the list and at home', () => findsBothHealthy(page, [north, south]));
    await step('each shop had no room at first, and was asked again', async () => {
      for (const { url } of [north, south]) assert.equal((await weathered(url)).get('throttle of a query'), 1, url);
    });
    await step('made no noise', async () => assert.deepEqual(admin.noise, []));
    await admin.context.close();
  } finally {
    await report.step('setup: the server of its own stops cleanly', () => programs.stop());
  }
}

const dialogOf = (page) => page.getByRole('dialog');
const lastOf = (path) => path.split('/').at(-1);

async function ask(page, path) {
  const response = await page.request.get(`/api/v1/${path}`);
  assert.equal(response.status(), 200, await response.text());
  return response.json();
}

/** Every variant with SKU and price, as Calibr tells them. */
async function known(page, query = '') {
  const prices = {};
  for (let cursor = ''; ; ) {
    const body = await ask(page, `catalog/variants?project=main&limit=1000${query}${cursor}`);
    for (const { sku, price } of body.data) prices[sku] = price?.amount;
    if (!body.has_more) return prices;
    cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}

async function findsWhatComesFirst(page, password) {
  await signIn(page, ADMIN, password);
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await page.getByRole('heading', { level: 2, name: 'First steps' }).waitFor();
  await assertAccessible(page);
  await page.getByRole('link', { name: 'Connect a shop, or import a catalogue' }).click();
  await page.getByText(/^The catalogue holds what you sell\..*It is empty/).waitFor();
  await assertAccessible(page);
}

/** Chooses a file, has it checked, and gives the dialog with what was found. */
async function checks(page, what, name, text) {
  await page.getByRole('button', { name: 'Import a CSV…' }).first().click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('What it holds').selectOption(what);
  assert.equal(await dialog.getByRole('button', { name: 'Check the file' }).getAttribute('aria-disabled'), 'true', 'a file must be chosen');
  await dialog.getByLabel('CSV file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await dialog.getByRole('button', { name: 'Check the file' }).click();
  return dialog;
}

async function takes(dialog) {
  await dialog.getByRole('button', { name: 'Take it in' }).click();
  await dialog.getByText(/^\s*Taken:/).waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function importsProducts(page) {
  await page.goto('/main/catalog');
  await settled(page);
  const dialog = await checks(page, 'products', 'products.csv', PRODUCTS);
  await dialog.getByText(/2 variants in 2 products: 2 new variants.*1 line will be refused/).waitFor();
  await dialog.getByRole('table', { name: 'Refused lines' }).getByRole('row', { name: /^line 4/ }).waitFor();
  await dialog.getByRole('table', { name: 'Read differently than written' }).getByRole('row', { name: /^line 3/ }).waitFor();
  await assertAccessible(page);
  assert.deepEqual(await known(page), {}, 'a file that is checked is not taken');
  await takes(dialog);
  assert.deepEqual(await known(page), { 'KET-1': '39.90', 'MUG-1': '12.50' });
  const rows = page.getByRole('table', { name: 'Variants' }).getByRole('row');
  await rows.filter({ hasText: 'KET-1' }).getByText('39.90').waitFor();
  await rows.filter({ hasText: 'MUG-1' }).getByText('12.50').waitFor();
}

async function importsCosts(page) {
  await page.goto('/main/catalog?cols=sku,price,cost');
  await settled(page);
  const dialog = await checks(page, 'facts', 'costs.csv', FACTS);
  await dialog.getByText(/2 rows: 1 says something new.*1 line will be refused/).waitFor();
  await dialog.getByRole('table', { name: 'Refused lines' }).getByRole('row', { name: /^line 3/ }).waitFor();
  await takes(dialog);
  await page.getByRole('table', { name: 'Variants' }).getByRole('row').filter({ hasText: 'KET-1' }).getByText('17.25').waitFor();
}

async function importsHistory(page) {
  await page.goto('/main/catalog?q=KET-1');
  await settled(page);
  const dialog = await checks(page, 'history', 'history.csv', HISTORY);
  await dialog.getByRole('table', { name: 'Refused lines' }).getByRole('row', { name: /^line 3/ }).waitFor();
  await takes(dialog);
  await page.getByRole('table', { name: 'Variants' }).locator('tbody').getByRole('link').first().click();
  await page.getByRole('table', { name: 'Prices, newest first' }).getByText('44.90').waitFor();
}

async function refusesAFile(page) {
  const before = await known(page);
  await page.goto('/main/catalog');
  await settled(page);
  const dialog = await checks(page, 'products', 'list.csv', 'Colour\nred\n');
  await dialog.getByText('The file was not checked, and nothing was taken.').waitFor();
  await dialog.getByText(/Handle/).last().waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(await known(page), before);
}

async function fillsTheDialog(page, shop, token) {
  const dialog = dialogOf(page);
  await dialog.getByLabel('The shop’s permanent domain').fill(shop.domain);
  await dialog.getByLabel(/^Access token/).fill(token);
  await dialog.getByLabel(/^Where it answers/).fill(shop.url);
  return dialog;
}

async function refusesATokenThatIsWrong(page, shop) {
  await page.goto('/main/connectors');
  await page.getByText(/^No shop is connected yet\./).waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Connect a shop…' }).click();
  const dialog = await fillsTheDialog(page, shop, 'shpat_of_nobody');
  await dialog.getByRole('button', { name: 'Connect the shop' }).click();
  await dialog.getByText('No shop was connected. What you typed is kept.').waitFor();
  assert.equal(await dialog.getByLabel('The shop’s permanent domain').inputValue(), shop.domain);
  assert.deepEqual((await ask(page, 'channels?project=main')).data, []);
}

const stepOf = (page, name) => page.getByRole('table', { name: 'Steps of the test' }).getByRole('row').filter({ hasText: name });

/** Goes on in the dialog of the refusal: only the token is typed anew. */
async function connectsWithAToken(page, shop) {
  await dialogOf(page).getByLabel(/^Access token/).fill(shop.token);
  await dialogOf(page).getByRole('button', { name: 'Connect the shop' }).click();
  await page.waitForURL(/\/main\/connectors\/chn_/);
  await page.getByRole('heading', { level: 1, name: shop.domain }).waitFor();
  await stepOf(page, 'The shop answers').getByText('In order').waitFor();
  await stepOf(page, 'What we may do').getByText(/write_products/).waitFor();
  await stepOf(page, 'Webhooks come').getByText('Look at it').waitFor();
  await stepOf(page, 'The catalogue').getByText('It was never read whole. Read it before you plan.').waitFor();
  await settled(page);
  await assertAccessible(page);
}

/** What the simulator has is the judge: each of its variants is known with its very price. */
async function readsTheCatalogue(page, shop) {
  const { products } = await (await fetch(new URL('/__sim/state', shop.url))).json();
  const sold = Object.fromEntries(products.flatMap(({ variants }) => variants).map((variant) => [variant.sku, variant]));
  const count = products.reduce((sum, { variants }) => sum + variants.length, 0);
  await page.getByRole('button', { name: 'Read its catalogue now' }).click();
  await page.getByText(new RegExp(`^Read [\\d,]+ products? with ${count.toLocaleString('en-GB')} variants: `)).waitFor();
  await stepOf(page, 'The catalogue').getByText('It was read whole.').waitFor();
  await stepOf(page, 'The catalogue').getByText('In order').waitFor();
  const ours = await known(page);
  assert.ok(Object.keys(sold).length > 1, 'the shop sells something');
  for (const [sku, { price }] of Object.entries(sold)) assert.equal(ours[sku], price, sku);
}

/** The owner's browser is the tab that the console opens; it ends on the console, signed in as before. */
async function connectsByConsent(page, shop) {
  await page.goto('/main/connectors');
  await page.getByRole('button', { name: 'Connect a shop…' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('How', { exact: true }).selectOption('consent');
  await dialog.getByLabel('The shop’s permanent domain').fill(shop.domain);
  await dialog.getByLabel('Client id of the app').fill(APP.id);
  await dialog.getByLabel('Client secret of the app').fill(APP.secret);
  await dialog.getByLabel(/^Where it answers/).fill(shop.url);
  await dialog.getByRole('button', { name: 'Make the address for the owner' }).click();
  await dialog.getByText(`${shop.url}/admin/oauth/authorize`).waitFor();
  await assertAccessible(page);
  const opened = page.context().waitForEvent('page');
  await dialog.getByRole('button', { name: 'Open it in a new tab' }).click();
  const owner = await opened;
  await owner.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await owner.close();
  await page.reload();
  await page.getByRole('table', { name: 'Connected shops' }).getByRole('link', { name: shop.domain }).click();
  await page.getByRole('heading', { level: 1, name: shop.domain }).waitFor();
  await stepOf(page, 'The shop answers').getByText('In order').waitFor();
  const { data } = await ask(page, 'channels?project=main');
  assert.deepEqual(data.filter(({ name }) => name === shop.domain).map(({ id, state }) => [id, state]), [[lastOf(new URL(page.url()).pathname), 'connected']]);
}

async function findsBothHealthy(page, shops) {
  await page.goto('/main/connectors');
  const table = page.getByRole('table', { name: 'Connected shops' });
  for (const { domain } of shops) {
    const row = table.getByRole('row').filter({ hasText: domain });
    await row.getByText('Connected', { exact: true }).waitFor();
    // Webhooks are not listened to yet, which is what there is to look at.
    await row.getByText('Look at it').waitFor();
  }
  await page.goto('/main');
  await page.getByRole('listitem').filter({ hasText: 'Connect a shop, or import a catalogue (done)' }).waitFor();
  const records = await ask(page, 'audit?entity_type=channel&limit=50');
  assert.equal(records.data.filter(({ action }) => action === 'channel.connected').length, shops.length);
}
