// Criteria of WCAG 2.2 that axe cannot see: a focus that no bar covers (2.4.11), every drag with buttons beside it (2.5.7),
// help in the same place everywhere (3.2.6), nothing to be typed twice (3.3.7), signing in by paste (3.3.8), and letters that
// can be switched off (2.1.4).
import assert from 'node:assert/strict';
import { assertFocusInSight, assertFocusInSightOfMain } from './accessibility.mjs';
import { isFocused, person, settled, signIn } from './browser.mjs';
import { assertNothingIsOnlyDragged, noticesDragging, seesDragging } from './dragging.mjs';
import { api } from './ops.mjs';
import { addressesOf } from './routes.mjs';

/** A low window, in which bars take much of the sight, and a narrow one. */
const windows = [{ width: 1360, height: 420 }, { width: 320, height: 640 }];

const desk = { width: 1360, height: 900 };

export async function meetsTheRest({ browser, report, baseURL, people, password, places }) {
  const reader = await person(browser, { baseURL });
  const { page, context } = reader;
  const step = (what, act) => report.step(`wcag 2.2: ${what}`, act, page);

  await step('a password is pasted, and a manager finds the fields', () => signsInByPaste(page, context, { baseURL, email: people.admin, password }));
  await step('a new password is pasted, and a manager finds its fields', () => pastesANewPassword(page));
  await step('the frame of a page is walked without a bar over the focus', async () => {
    for (const size of windows) {
      await page.setViewportSize(size);
      await page.goto('/demo');
      await settled(page);
      assert.ok((await assertFocusInSight(page)) > 15, 'Tab walks through the frame');
    }
  });
  await step('what can be dragged is noticed, and what has buttons beside it is let be', () => seesDragging(context));
  await noticesDragging(context);
  const addresses = addressesOf(places);
  const help = new Map();
  const beside = await person(browser, { baseURL });
  await signIn(beside.page, people.admin, password);
  await noticesDragging(beside.context);
  // Side by side: each walks half of them by its own keys.
  await Promise.all([reader, beside].map(async (one, half) => {
    for (const address of addresses.filter((_, at) => at % 2 === half)) {
      const what = `the focus stays in sight, nothing is only dragged, help is there: ${address.replace(baseURL, '').replace(/_[0-9a-z]{20,}/g, '_…')}`;
      await report.step(`wcag 2.2: ${what}`, () => walksAlong(one.page, address, help), one.page);
    }
  }));
  await beside.context.close();
  await step('help stands in the same place on every page', () => {
    assert.equal(help.size, addresses.length, 'each page was looked at');
    assert.deepEqual([...new Set(help.values())].length, 1, `help moves: ${JSON.stringify([...help])}`);
    assert.ok([...help.values()][0] >= 0, 'there is help');
  });
  await page.setViewportSize(desk);
  await step('what was typed for a plan is not asked for again', () => keepsWhatWasTyped(page));
  await step('a plan made from another holds its title and its note', () => carriesTheNote(page, places.rule));
  await step('with letters off no letter acts, on no page, in no table and in no open row', () => switchesLettersOff(page, places));
  await step('no page complained in the console of the browser', () => assert.deepEqual([...reader.noise, ...beside.noise].filter((line) => !/status of 404/.test(line)), []));
  await context.close();
}

async function walksAlong(page, address, help) {
  await page.setViewportSize(windows[0]);
  await page.goto(address);
  await settled(page);
  help.set(address, await placeOfHelp(page));
  await assertNothingIsOnlyDragged(page);
  for (const window of windows) {
    await page.setViewportSize(window);
    assert.ok((await assertFocusInSightOfMain(page)) > 0, 'something can be reached by Tab');
  }
}

/** Pastes really, as somebody does who keeps the password elsewhere. */
async function pastes(page, field, text) {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await field.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
  // The clipboard is asked first: its text comes a moment after the keys.
  const element = await field.elementHandle();
  await page.waitForFunction(([node, wanted]) => node.value === wanted, [element, text]).catch(() => undefined);
  assert.equal(await field.inputValue(), text, 'what was pasted stands in the field');
}

const filledBy = (field) => field.getAttribute('autocomplete');

async function signsInByPaste(page, context, { baseURL, email, password }) {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(baseURL).origin });
  await page.goto('/login');
  const [name, secret] = [page.getByLabel('E-mail'), page.getByLabel('Password', { exact: true })];
  await secret.waitFor();
  assert.deepEqual([await filledBy(name), await filledBy(secret)], ['username', 'current-password']);
  await pastes(page, name, email);
  await pastes(page, secret, password);
  await page.keyboard.press('Enter');
  await settled(page);
}

async function pastesANewPassword(page) {
  await page.goto('/demo/settings');
  await settled(page);
  const [current, next] = [page.getByLabel('Password of now'), page.getByLabel('New password', { exact: true })];
  assert.deepEqual([await filledBy(current), await filledBy(next)], ['current-password', 'new-password']);
  await pastes(page, current, 'kept elsewhere');
  await pastes(page, next, 'kept elsewhere too');
}

/** Which of the header's buttons it is. */
const placeOfHelp = (page) => page.locator('header:has(a[aria-label^=Calibr])').evaluate((header) => [...header.querySelectorAll('button')].findIndex((each) => each.textContent.includes('Help and keyboard')));

/** Title, note and rules last through a reload, and the note is read where it is decided. */
async function keepsWhatWasTyped(page) {
  const title = `Typed once ${Date.now().toString(36)}`;
  const note = `Because of ${title}`;
  const fields = { title: page.getByLabel('Title'), note: page.getByLabel('Why (optional)') };
  await page.goto('/demo/price-changes/new');
  await settled(page);
  const rule = page.getByRole('group', { name: /^Rules to run/ }).getByRole('checkbox').first();
  await rule.check();
  await fields.title.fill(title);
  await fields.note.fill(note);
  await page.reload();
  await settled(page);
  assert.deepEqual([await fields.title.inputValue(), await fields.note.inputValue(), await rule.isChecked()], [title, note, true], 'a reload keeps what was typed');
  await page.getByRole('button', { name: 'Compute the plan' }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await page.getByText(`“${note}”`).waitFor();
}

/** Leaving a row out asks for a new plan, which knows what the first one was called and why it was made. */
async function carriesTheNote(page, rule) {
  const title = `Said once ${Date.now().toString(36)}`;
  const note = `Because of ${title}`;
  const planned = await api(page, 'POST', '/price-changes?project=demo', { title, note, rules: [rule.split('/').at(-1)] });
  await page.goto(`/demo/price-changes/${planned.id}?tab=changes`);
  await settled(page);
  await page.getByRole('table', { name: /^Rows of the plan/ }).locator('tbody').getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Leave it out…' }).click();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.getByLabel('Title of the new plan').inputValue(), title);
  assert.match(await dialog.getByLabel('Why (optional)').inputValue(), new RegExp(`^${note}`), 'the note is there already');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}

/** Each single character that could be a key, wherever letters mean something. Arrows go on working. */
async function switchesLettersOff(page, { change }) {
  await page.goto('/demo/settings');
  await settled(page);
  await setsLetters(page, 'off');
  await page.goto('/demo/rules');
  await settled(page);
  await page.locator('h1').focus();
  await firesNothing(page);
  await page.goto(`${change}?tab=changes`);
  await settled(page);
  const links = page.locator('tbody').getByRole('link');
  await links.first().focus();
  await firesNothing(page);
  await page.keyboard.press('ArrowDown');
  await isFocused(links.nth(1), 'the next row, by an arrow');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Percent', { exact: true }).waitFor();
  // The focus comes into the open row only once it has slid in.
  await page.waitForFunction(() => Boolean(document.activeElement?.closest('[role=dialog]')));
  await settled(page);
  await firesNothing(page);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await setsLetters(page, 'on');
}

async function setsLetters(page, to) {
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: `Switch single letters ${to}` }).click();
  await page.getByRole('combobox', { name: 'Search or run a command' }).waitFor({ state: 'detached' });
}

async function firesNothing(page) {
  const state = () =>
    page.evaluate(() => {
      const focused = document.activeElement;
      return { address: location.href, dialogs: document.querySelectorAll('[role=dialog]').length, chosen: document.querySelectorAll(':checked').length, focus: focused?.outerHTML.slice(0, 200), scheme: document.documentElement.dataset.mantineColorScheme };
    });
  const before = await state();
  for (const key of 'abcdefghijklmnopqrstuvwxyz[]?/.,') await page.keyboard.press(key);
  assert.deepEqual(await state(), before, 'a letter did something');
}
