// From a plan to the shop and back without a mouse: keys alone do everything. Locators only wait and look, and a listener
// in every page tells when a pointer was used after all.
import assert from 'node:assert/strict';
import { isFocused, person, runIsOver, settled } from './browser.mjs';
import { allPrices } from './journey.mjs';

const STOPS = 150;

/** Few enough for the guardrail over a day's changes, and more than may be applied without typing the count. */
const TAG = 'rain';
const ruleText = (name) => `schema: rule.v1\nname: ${name}\nselect: { tag: { is: ${TAG} } }\nsteps:\n  - percent: -3\n`;

export async function worksByKeys({ browser, report, baseURL, people, password }) {
  const [editor, approver] = await Promise.all([withoutPointer(browser, baseURL), withoutPointer(browser, baseURL)]);
  const step = (who, what, act) => report.step(`by keys alone: ${what}`, act, who.page);
  const title = `By keys ${Date.now().toString(36)}`;
  let before;

  await step(editor, 'signing in', () => signsIn(editor.page, people.editor, password));
  await step(editor, 'a rule is written and pushed', async () => {
    before = await allPrices(editor.page);
    await pushesARule(editor.page, title);
  });
  await step(editor, 'a price change is planned', () => plans(editor.page, title));
  await step(editor, 'rows are read, and one with its trace', () => readsRows(editor.page));
  await step(approver, 'another person finds and approves it', async () => {
    await signsIn(approver.page, people.approver, password);
    await approves(approver.page, title);
  });
  await step(editor, 'it is applied with the typed count', async () => {
    await applies(editor.page, title);
    assert.notDeepEqual(await allPrices(editor.page), before, 'prices have changed');
  });
  await step(editor, 'it is rolled back to every price of before', async () => {
    await rollsBack(editor.page, title);
    assert.deepEqual(await allPrices(editor.page), before);
  });
  await step(editor, 'no pointer was used and no page complained', async () => {
    for (const { page, noise, pointers } of [editor, approver]) {
      assert.equal(pointers(), 0, `a pointer was used on ${page.url()}`);
      assert.deepEqual(noise, []);
    }
  });
  await editor.context.close();
  await approver.context.close();
}

/** Counts what pointers do, over every page of the context. */
async function withoutPointer(browser, baseURL) {
  const who = await person(browser, { baseURL });
  let count = 0;
  await who.page.exposeFunction('pointerUsed', () => {
    count += 1;
  });
  await who.page.addInitScript(() => {
    for (const kind of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(kind, () => window.pointerUsed(), true);
  });
  return { ...who, pointers: () => count };
}

/** Tab until something of this name has the focus, which each stop shows. */
async function tabTo(page, name) {
  const met = [];
  for (let press = 0; press < STOPS; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return null;
      const words = focused.getAttribute('aria-label') ?? focused.labels?.[0]?.textContent ?? focused.textContent ?? '';
      return { words: words.trim().replace(/\s+/g, ' '), shown: focused.matches(':focus-visible') };
    });
    if (at === null) continue;
    assert.ok(at.shown, `the focus does not show on “${at.words}”`);
    if (typeof name === 'string' ? at.words === name : name.test(at.words)) return at.words;
    met.push(at.words.slice(0, 30));
  }
  return assert.fail(`Tab does not reach “${name}” on ${page.url()}, only ${[...new Set(met)].join(' · ')}`);
}

async function presses(page, name) {
  const words = await tabTo(page, name);
  await page.keyboard.press('Enter');
  return words;
}

/** `g` and a letter lead to an area. */
async function goesTo(page, letter, heading) {
  await settled(page);
  await page.keyboard.press('g');
  await page.keyboard.press(letter);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await settled(page);
}

async function signsIn(page, email, password) {
  await page.goto('/login');
  await page.getByLabel('E-mail').waitFor();
  await tabTo(page, 'E-mail');
  await page.keyboard.type(email);
  await tabTo(page, /^Password/);
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await settled(page);
}

async function pushesARule(page, name) {
  await goesTo(page, 'r', 'Rules');
  await presses(page, 'New rule');
  await page.getByRole('heading', { level: 2, name: 'When' }).waitFor();
  await presses(page, 'YAML');
  await page.waitForURL(/as=yaml/);
  // The address is there before the text is, and Tab passes over what is not there.
  await page.getByRole('textbox', { name: 'Rule as YAML' }).waitFor();
  await tabTo(page, 'Rule as YAML');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(ruleText(name));
  await page.getByText('Valid', { exact: true }).waitFor();
  await presses(page, 'Push the rule');
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function plans(page, title) {
  await settled(page);
  await presses(page, 'Plan a price change');
  await page.getByRole('heading', { level: 1, name: 'Plan a price change' }).waitFor();
  await settled(page);
  await tabTo(page, /^Title/);
  await page.keyboard.type(title);
  await presses(page, 'Compute the plan');
  const heading = page.getByRole('heading', { level: 1, name: title });
  await heading.waitFor();
  await isFocused(heading, 'the heading of the new plan');
  await settled(page);
}

async function readsRows(page) {
  await presses(page, /^Changes/);
  await page.waitForURL(/tab=changes/);
  await settled(page);
  const rows = page.getByRole('table', { name: /^Rows of the plan/ });
  const link = (at) => rows.locator('tbody tr').nth(at).getByRole('link');
  await tabTo(page, (await link(0).textContent()).trim());
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await isFocused(link(2), 'two rows further down');
  await page.keyboard.press('k');
  await isFocused(link(1), 'one row up');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('dialog');
  await showsRow(page, drawer, 2);
  await page.keyboard.press(']');
  await showsRow(page, drawer, 3);
  await page.keyboard.press('[');
  await showsRow(page, drawer, 2);
  // In one go: each key counts from the row that the one before asked for.
  for (const key of [']', ']', ']', '[']) await page.keyboard.press(key);
  await showsRow(page, drawer, 4);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await isFocused(link(1), 'the row that was opened');
}

/** The drawer stands at that row, with its trace. */
async function showsRow(page, drawer, place) {
  await drawer.getByText(new RegExp(`^Row ${place} of \\d+ loaded$`)).waitFor();
  await drawer.getByText('Percent', { exact: true }).waitFor();
  await settled(page);
}

/** From wherever one is, through the list that `letter` leads to. */
async function opens(page, letter, heading, title) {
  await goesTo(page, letter, heading);
  await presses(page, title);
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await settled(page);
}

async function approves(page, title) {
  await opens(page, 'a', /^(Price changes|Approvals)$/, title);
  await presses(page, /^Approve [\d,]+ prices?…$/);
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await tabTo(page, 'Comment (optional)');
  await page.keyboard.type('Read without a mouse');
  await presses(page, /^Approve [\d,]+ prices?$/);
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('“Read without a mouse”').waitFor();
}

async function applies(page, title) {
  await opens(page, 'p', 'Price changes', title);
  // Somebody else approved it meanwhile.
  await page.reload();
  await page.locator('main button:not([aria-disabled=true])', { hasText: /^Apply [\d,]+ prices?…$/ }).waitFor();
  const count = (await presses(page, /^Apply [\d,]+ prices?…$/)).replace(/\D/g, '');
  assert.ok(Number(count) > 25, `${count} prices are few enough to be applied without typing the count`);
  const dialog = page.getByRole('dialog');
  await isFocused(dialog.getByLabel(/^Number of prices/), 'the count of the dialog');
  assert.equal(await dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).getAttribute('aria-disabled'), 'true', 'the count must be typed first');
  await page.keyboard.press('Enter');
  assert.equal(await dialog.count(), 1, 'Enter applies nothing before the count is typed');
  await page.keyboard.type(count);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/runs\/run_/);
  await runIsOver(page);
}

async function rollsBack(page, title) {
  await opens(page, 'p', 'Price changes', title);
  await presses(page, 'Roll back…');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await presses(page, 'Roll back');
  await page.getByRole('heading', { level: 1, name: /^Roll back:/ }).waitFor();
  await runIsOver(page);
}
