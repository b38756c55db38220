// The frame around every page: palette, keys, the number of things waiting, addresses that lead nowhere, a silent server.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { isFocused, person, settled, signIn } from './browser.mjs';

const sheet = (page) => page.getByRole('dialog', { name: 'Help and keyboard' });
const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

export async function checksTheFrame({ browser, report, baseURL, people, password }) {
  const reader = await person(browser, { baseURL });
  const { page } = reader;
  await signIn(page, people.editor, password, { next: '/demo/rules' });
  const step = (what, act) => report.step(what, act, page);

  await step('the palette goes, finds and does by keyboard alone', () => usesThePalette(page));
  await step('the skip link leads to the page', () => skipsToThePage(page));
  await step('g and a letter go to an area, ? opens the sheet, / moves to the search', () => usesLetters(page));
  await step('with letters switched off nothing fires, also after a reload', () => switchesLettersOff(page));
  await step('the rail says what is current, and one who hears the page is told the numbers', () => readsTheRail(page));
  await step('an address that leads nowhere says what its id names', () => leadsNowhere(page));
  await step('colours, density and motion are kept and set before the first paint', () => keepsTheLook(page));
  await step('a silent server is said, what is on screen stays, and its return is noticed', () => losesTheServer(page));
  await step('a newer version is announced and nothing reloads by itself', () => hearsOfANewVersion(page));
  await step('the frame made no noise', async () => assert.deepEqual(reader.noise.filter((line) => !/ERR_(FAILED|ABORTED|INTERNET)|status of 404/.test(line)), []));
  await reader.context.close();
}

async function usesThePalette(page) {
  await settled(page);
  const field = page.getByRole('combobox', { name: 'Search or run a command' });
  await opensThePalette(page, field);
  await assertAccessible(page);
  await page.keyboard.type('audit');
  await page.getByRole('option', { name: 'Audit' }).waitFor();
  await page.keyboard.press('Enter');
  await heading(page, 'Audit');
  await settled(page);

  const variants = await (await page.request.get('/api/v1/catalog/variants?project=demo&limit=1')).json();
  const variant = variants.data[0];
  await opensThePalette(page, field);
  // In one go: the answer to it may come after Enter, and those to its beginning do not count.
  await page.keyboard.type(variant.sku);
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/demo/catalog/${variant.id}`));

  await field.waitFor({ state: 'detached' });
  await opensThePalette(page, field);
  await page.keyboard.type(variant.id.toUpperCase());
  await page.getByRole('option', { name: /Open a variant/ }).waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });

  await opensThePalette(page, field);
  await page.keyboard.type('dark');
  await page.getByRole('option', { name: 'Use dark colours' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  await opensThePalette(page, field);
  await page.keyboard.type('zzz nothing');
  await page.getByText(/^Nothing has this name/).waitFor();
  await page.keyboard.press('Escape');
}

/** What is typed before the field has the focus goes elsewhere. */
async function opensThePalette(page, field) {
  await page.keyboard.press('Control+k');
  await isFocused(field, 'the field of the palette');
}

async function skipsToThePage(page) {
  await page.goto('/demo/rules');
  await settled(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await isFocused(page.locator('#main'), 'the page that the link skips to');
}

async function usesLetters(page) {
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await heading(page, 'Catalogue');
  await settled(page);
  await page.keyboard.press('/');
  await isFocused(page.getByRole('searchbox').first(), 'the search');
  await page.keyboard.type('g r?');
  assert.equal(await page.evaluate(() => document.activeElement?.value), 'g r?', 'a field takes letters as text');
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press('?');
  await sheet(page).getByText('then').first().waitFor();
  await assertAccessible(page);
  await page.keyboard.press('Escape');
  await sheet(page).waitFor({ state: 'detached' });
}

async function switchesLettersOff(page) {
  await page.getByRole('button', { name: 'Help and keyboard' }).click();
  await sheet(page).getByRole('switch', { name: 'Single letters act' }).press('Space');
  await page.keyboard.press('Escape');
  await sheet(page).waitFor({ state: 'detached' });
  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await settled(page);
    const before = page.url();
    for (const key of ['g', 'r', '?', '/']) await page.keyboard.press(key);
    assert.equal(page.url(), before);
    assert.equal(await page.getByRole('dialog').count(), 0, 'no sheet opens');
    assert.notEqual(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search');
  }
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Switch single letters on' }).click();
  await page.getByRole('combobox', { name: 'Search or run a command' }).waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await sheet(page).waitFor();
  await page.keyboard.press('Escape');
}

async function readsTheRail(page) {
  await page.goto('/demo/rules');
  await settled(page);
  const rail = page.getByRole('navigation', { name: 'Areas' });
  await rail.locator('[aria-current=page]').first().waitFor();
  assert.deepEqual(await rail.locator('[aria-current=page]').allInnerTexts(), ['Rules']);
  const waiting = await (await page.request.get('/api/v1/price-changes?project=demo&state=pending_approval&limit=99')).json();
  const link = rail.getByRole('link', { name: /^Approvals/ });
  if (waiting.data.length > 0) await link.getByText(/waits? for approval/).waitFor();
  await link.click();
  await page.waitForURL(/\/approvals$/);
  await rail.locator('[aria-current=page]').filter({ hasText: 'Approvals' }).waitFor();
  assert.equal(await rail.locator('[aria-current=page]').count(), 1);
}

async function leadsNowhere(page) {
  const id = 'pch_01aaaaaaaaaaaaaaaaaaaaaaaa';
  await page.goto(`/demo/nowhere/${id}`);
  await page.getByText('has the form of the id of a price change').waitFor();
  await page.getByRole('link', { name: 'Open it as a price change' }).click();
  await page.getByRole('alert').getByText(/has the form of the id of a price change/).waitFor();
}

async function keepsTheLook(page) {
  await page.goto('/demo/catalog');
  await settled(page);
  const height = () => page.locator('tbody tr').first().evaluate((row) => getComputedStyle(row.firstElementChild).height);
  await page.locator('tbody tr').first().waitFor();
  const before = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--row-height'));
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Use compact rows' }).click();
  await page.locator('html[data-density=compact]').waitFor();
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--row-height')), before, 'rows are lower');
  assert.ok(await height());
  // The script in the head runs before anything else; with ours kept away only it can have set these.
  await page.route(/\.(js|tsx)(\?|$)/, (route) => (route.request().url().includes('color-scheme') ? route.continue() : route.abort()));
  await page.reload({ waitUntil: 'domcontentloaded' });
  assert.deepEqual(await page.evaluate(() => [document.documentElement.dataset.density, document.documentElement.dataset.mantineColorScheme]), ['compact', 'dark']);
  await page.unroute(/\.(js|tsx)(\?|$)/);
  await page.goto('/demo/catalog');
  await settled(page);
  for (const act of ['Use comfortable rows', 'Use light colours']) {
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: act }).click();
  }
}

async function losesTheServer(page) {
  await page.goto('/demo/catalog');
  await settled(page);
  // Of a long list only the rows in sight are drawn, and the banner takes some of the sight.
  const firstRow = () => page.locator('tbody tr').first().innerText();
  const before = await firstRow();
  const api = /\/api\//;
  await page.route(api, (route) => route.abort());
  await page.getByRole('searchbox').first().fill('tent');
  await page.getByText(/^Calibr does not answer\. What you see is from/).waitFor();
  assert.equal(await firstRow(), before, 'the rows of before stay');
  assert.equal(await page.getByRole('searchbox').first().inputValue(), 'tent', 'nothing typed is lost');
  await assertAccessible(page);
  await page.unroute(api);
  await page.getByRole('button', { name: 'Look again now' }).click();
  await page.getByText(/^Calibr does not answer\. What/).waitFor({ state: 'detached' });
  await settled(page);
}

async function hearsOfANewVersion(page) {
  const isStart = (url) => url.pathname === '/';
  await page.route(isStart, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/(<script type="module"[^>]*src="[^"]+)"/, '$1?another"') });
  });
  await page.goto('/demo/rules');
  await page.getByText(/^A new version is running\./).waitFor();
  await settled(page);
  await assertAccessible(page);
  await page.unroute(isStart);
  await page.getByRole('button', { name: 'Reload now' }).click();
  await page.getByText(/^A new version is running\./).waitFor({ state: 'detached' });
}
