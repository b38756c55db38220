// A person who has never seen Calibr follows nothing but the guided tour, from signing in to a rolled-back price change: no
// address is typed, every page is reached by what stands on the one before, and each act is on the part that the tour marks.
import assert from 'node:assert/strict';
import { assertAccessible, assertHeaded, assertReflows } from './accessibility.mjs';
import { isFocused, person, settled, signIn } from './browser.mjs';
import { allPrices } from './journey.mjs';

const card = (page) => page.getByRole('complementary', { name: 'Guided tour' });
/** The part of the page that the open stop speaks of. */
const marked = (page) => page.locator('[data-tour-here]');
const titles = ['A shop is connected', 'A rule says which prices change, and how', 'A plan shows what would happen', 'Every price says why', 'Somebody else approves', 'The run is watched live', 'And exactly back'];

export async function followsTheTour({ browser, report, baseURL, people, password }) {
  const visitor = await person(browser, { baseURL });
  const { page } = visitor;
  const name = `Tour ${Date.now().toString(36)}`;
  let before;
  const step = (what, act) => report.step(`tour: ${what}`, act, page);

  await step('home says what needs the reader, and offers the tour', async () => {
    await signIn(page, people.editor, password);
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    before = await allPrices(page);
  });
  await step('it is a text too, one link away', () => readsItAsText(page));
  await step('home has the button that begins it', async () => {
    await goesHome(page);
    await page.getByRole('button', { name: 'Take the guided tour' }).click();
    await arrives(page, 0);
    await isFocused(card(page).getByRole('heading'), 'the card that was asked for');
  });
  await step('1, the shop', () => goesOn(page, 0, () => page.getByRole('table').waitFor(), { astray: true }));
  await step('2, a rule', () => goesOn(page, 1, () => writesTheRule(page, name)));
  await step('3, a plan', () => goesOn(page, 2, () => plans(page, name)));
  await step('4, a row says why', () => goesOn(page, 3, () => readsARow(page)));
  await step('Esc leaves and remembers', () => leavesAndComesBack(page));
  await step('5, another person approves', async () => {
    await arrives(page, 4);
    await changesPerson(page, people, password);
    await goesOn(page, 4, () => approves(page), { astray: true });
  });
  await step('6, the run', () => goesOn(page, 5, () => applies(page)));
  await step('7, back', () => goesOn(page, 6, () => rollsBack(page)));
  await step('its end', async () => {
    await card(page).getByRole('heading', { name: 'That was the whole way' }).waitFor();
    await assertAccessible(page);
    await card(page).getByRole('button', { name: 'End the tour' }).click();
    await card(page).waitFor({ state: 'detached' });
    assert.deepEqual(await allPrices(page), before, 'every price is as before');
  });
  await step('made no noise', async () => assert.deepEqual(visitor.noise, []));
  await visitor.context.close();
}

async function goesHome(page) {
  await page.getByRole('navigation', { name: 'Areas' }).getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
  await settled(page);
}

const arrives = (page, index) => card(page).getByRole('heading', { name: titles[index] }).waitFor();

/** Stands where the card leads, does what it says, and takes the next stop once the card says that it is done. */
async function goesOn(page, index, act, { astray = false } = {}) {
  await arrives(page, index);
  const lead = card(page).getByRole('link', { name: 'Take me there' });
  if (astray) await lead.click();
  await lead.waitFor({ state: 'detached' });
  await settled(page);
  await act();
  await card(page).getByText('Done.').waitFor();
  await card(page).getByRole('button', { name: 'Next stop' }).click();
}

async function writesTheRule(page, name) {
  await marked(page).first().waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Start from an example' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByText('Of the text as it stands').waitFor();
  await marked(page).filter({ hasText: /^Push the rule/ }).waitFor();
  assert.match(await marked(page).textContent(), /^Push the rule/);
  await marked(page).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function plans(page, name) {
  await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
  await page.getByLabel('Title').fill(name);
  await page.getByRole('button', { name: 'Compute the plan' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.locator('section[data-tour-here]').getByRole('heading', { name: 'What will happen' }).waitFor();
}

async function readsARow(page) {
  await page.locator('main tbody tr').first().waitFor();
  await assertAccessible(page);
  const link = page.locator('tr[data-tour-here]').getByRole('link');
  const variant = /row=(var_\w+)/.exec(await link.getAttribute('href'))?.[1];
  await link.click();
  await page.waitForURL((url) => url.searchParams.get('row') === variant);
  await page.getByRole('dialog').getByRole('list').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function leavesAndComesBack(page) {
  await card(page).getByRole('heading').focus();
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
  await goesHome(page);
  await page.getByRole('button', { name: 'Go on with the tour at stop 5 of 7' }).click();
}

async function changesPerson(page, people, password) {
  await card(page).getByText(`sign in as ${people.approver} with the same password`).waitFor();
  await page.getByRole('button', { name: people.editor }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText(`that is for ${people.approver}`).waitFor();
  await page.getByLabel('E-mail').fill(people.approver);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await arrives(page, 4);
}

async function approves(page) {
  await marked(page).getByRole('button', { name: /^Approve/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Approve \d/ }).click();
  await page.getByText('Approved', { exact: true }).waitFor();
}

async function applies(page) {
  const button = marked(page);
  // The mark of the stop before may still be there.
  await button.filter({ hasText: /^Apply / }).waitFor();
  assert.match(await button.textContent(), /^Apply [\d,]+ prices?…$/);
  const count = Number((await button.textContent()).replace(/\D/g, ''));
  await button.click();
  const dialog = page.getByRole('dialog');
  if (count > 25) await dialog.getByLabel(/^Number of prices/).fill(String(count));
  await dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).click();
  await page.waitForURL(/\/runs\/run_/);
}

async function rollsBack(page) {
  await marked(page).filter({ hasText: /^Roll back/ }).waitFor();
  assert.equal(await marked(page).textContent(), 'Roll back…');
  await marked(page).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true }).click();
  await page.waitForURL(/\/runs\/run_/);
}

async function readsItAsText(page) {
  await page.getByRole('link', { name: 'Read it as a text instead' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guided tour' }).waitFor();
  await settled(page);
  await assertHeaded(page);
  await assertAccessible(page);
  for (const [index, title] of titles.entries()) await page.getByRole('heading', { level: 2, name: `${index + 1}. ${title}` }).waitFor();
  const wide = page.viewportSize();
  await page.getByRole('button', { name: 'Start the tour' }).click();
  await page.setViewportSize({ width: 320, height: 900 });
  await arrives(page, 0);
  await assertReflows(page);
  await assertAccessible(page);
  await page.setViewportSize(wide);
  await card(page).getByRole('button', { name: 'Leave the tour' }).click();
  await card(page).waitFor({ state: 'detached' });
}
