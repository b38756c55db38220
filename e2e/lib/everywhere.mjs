// axe, reflow and headings at every address of the console, in both themes and three widths, and so for what opens over pages.
import assert from 'node:assert/strict';
import { assertAccessible, assertHeaded, assertReflows } from './accessibility.mjs';
import { person, runIsOver, settled, signIn } from './browser.mjs';
import { api } from './ops.mjs';
import { addressesOf, assertEveryRouteHasAddresses, meetsFurtherPlaces } from './routes.mjs';

const themes = ['light', 'dark'];
const widths = [1280, 768, 320];

/** `places` has the addresses that the journey came by. Gives them with those met here. */
export async function looksEverywhere({ browser, report, baseURL, people, password, places }) {
  const all = { ...places };
  const opened = {};
  await report.step('everywhere: each route of the console has addresses to look at', () => assertEveryRouteHasAddresses());
  await report.step('everywhere: what else there is to look at is met or made', async () => {
    const [editor, approver, admin] = await Promise.all([people.editor, people.approver, people.admin].map((email) => signedIn(browser, baseURL, email, password)));
    Object.assign(all, await meetsFurtherPlaces(admin.page));
    Object.assign(opened, await preparesActs(editor.page, approver.page));
    for (const { context } of [editor, approver, admin]) await context.close();
  });
  const spent = [];
  // Side by side: each has a browser's session of its own, and a look is reckoning more than waiting.
  await Promise.all(themes.map((colorScheme) => looksIn(colorScheme, { browser, report, baseURL, email: people.admin, password, all, opened, spent })));
  const median = [...spent].sort((a, b) => a - b)[spent.length >> 1];
  await report.step(`everywhere: ${spent.length} looks, of ${Math.round(median ?? 0)} ms each beside loading`, () => assert.ok(spent.length > 2 * widths.length * addressesOf(all).length));
  if (opened.applied) await report.step('everywhere: what was applied to look at it is rolled back', () => undoes(browser, baseURL, people.approver, password, opened.applied));
  return all;
}

async function looksIn(colorScheme, { browser, report, baseURL, email, password, all, opened, spent }) {
  const reader = await person(browser, { baseURL, colorScheme });
  const { page } = reader;
  const step = (what, act) => report.step(`everywhere, ${colorScheme}: ${what}`, act, page);
  const looked = () => looks(page, spent);
  await step('sign in', async () => {
    await page.goto('/login');
    await page.getByLabel('E-mail').waitFor();
    await looked();
  });
  await signIn(page, email, password);
  for (const address of addressesOf(all)) {
    await step(named(address, baseURL), async () => {
      await page.goto(address);
      await settled(page);
      await looked();
    });
  }
  for (const [what, open] of overlays({ ...all, ...opened }, email)) {
    await step(what, async () => {
      await page.setViewportSize({ width: widths[0], height: 900 });
      await open(page);
      await looked();
    });
  }
  await reader.context.close();
}

async function signedIn(browser, baseURL, email, password) {
  const one = await person(browser, { baseURL });
  await signIn(one.page, email, password);
  return one;
}

/** One look per width, of the page as it stands. */
async function looks(page, spent) {
  for (const width of widths) {
    const began = performance.now();
    await page.setViewportSize({ width, height: 900 });
    await assertHeaded(page);
    await assertAccessible(page);
    await assertReflows(page);
    spent.push(performance.now() - began);
  }
}

function named(address, baseURL) {
  return address.replace(baseURL || /^https?:\/\/[^/]+/, '').replace(/_[0-9a-z]{20,}/g, '_…');
}

/** A price change in each state that has an act of its own: applied, approved, and waiting for approval. */
async function preparesActs(editor, approver) {
  const title = `To be looked at ${Date.now().toString(36)}`;
  const plan = async (state, percent) => {
    const { rule } = await api(editor, 'POST', '/rules?project=demo', { schema: 'rule.v1', name: `${title}, ${state}`, select: { tag: { is: 'rain' } }, steps: [{ percent }] });
    const { id, plan_hash } = await api(editor, 'POST', '/price-changes?project=demo', { title: `${title}, ${state}`, rules: [rule.id] });
    if (state !== 'waiting') await api(approver, 'POST', `/price-changes/${id}/approve`, { plan_hash });
    if (state === 'applied') await finishes(approver, await api(approver, 'POST', `/price-changes/${id}/apply`, { plan_hash }));
    return `/demo/price-changes/${id}`;
  };
  // The applied one first: what it writes would make the others stale.
  return { applied: await plan('applied', '-1'), approved: await plan('approved', '-2'), waiting: await plan('waiting', '-3') };
}

async function finishes(page, run) {
  await page.goto(`/demo/runs/${run.id}`);
  await runIsOver(page);
}

async function undoes(browser, baseURL, email, password, change) {
  const { page, context } = await signedIn(browser, baseURL, email, password);
  await finishes(page, await api(page, 'POST', `/price-changes/${change.split('/').at(-1)}/rollback`));
  await context.close();
}

async function showsTables(page) {
  const buttons = page.getByRole('main').getByRole('button', { name: 'Show as table' });
  for (let left = await buttons.count(); left > 0; left -= 1) {
    await buttons.first().click();
    await buttons.nth(left - 1).waitFor({ state: 'detached' });
  }
}

/** What opens over a page or within it, and how. */
function overlays({ change, variant, run, stopped, applied, approved, waiting }, email) {
  const at = async (page, address) => {
    await page.goto(address);
    await settled(page);
  };
  const act = (address, opens, further = async () => {}) => async (page) => {
    await at(page, address);
    await page.getByRole('main').getByRole('button', { name: opens }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button').first().waitFor();
    // Who clicks far down has scrolled: what lies half under the bar of the frame is too small there, and nowhere else.
    await page.evaluate(() => window.scrollTo(0, 0));
    await further(dialog);
  };
  const all = [
    ['the dialog of approving', waiting && act(waiting, /^Approve [\d,]+ prices?…$/)],
    ['the dialog of declining', waiting && act(waiting, 'Decline…')],
    ['the dialog of applying, with a first wave', approved && act(approved, /^Apply [\d,]+ prices?…$/, (dialog) => dialog.getByLabel('Write a first wave, and watch it before the rest').check())],
    ['the dialog of applying, at a time that happens twice', approved && act(approved, /^Apply [\d,]+ prices?…$/, async (dialog) => {
      await dialog.getByRole('radio', { name: 'Schedule…' }).check();
      await dialog.getByLabel('Start at').fill('2031-10-26T02:30');
      await dialog.getByLabel('Time zone').selectOption('Europe/Paris');
      await dialog.getByText(/^This time happens twice/).waitFor();
    })],
    ['the dialog of rolling back', applied && act(applied, 'Roll back…')],
    ['the dialog of leaving rows out', stopped && act(`${stopped}?tab=violations`, /^Leave (it|these)/, (dialog) => dialog.getByLabel('Title of the new plan').waitFor())],
    ['the dialog of a waiver', stopped && act(`${stopped}?tab=violations`, 'Request a waiver…')],
    ['a row with its trace', change && (async (page) => {
      await at(page, `${change}?tab=changes`);
      await page.locator('tbody').getByRole('link').first().click();
      await page.getByRole('dialog').getByRole('list').first().waitFor();
      await settled(page);
    })],
    ...['/demo', '/demo/audit', change, variant, run].filter(Boolean).map((address) => [`pictures as tables on ${named(address, '')}`, async (page) => {
      await at(page, address);
      await showsTables(page);
    }]),
    ['the palette', async (page) => {
      await at(page, '/demo/rules');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search or run a command' }).waitFor();
    }],
    ['the sheet of keys', async (page) => {
      await at(page, '/demo/rules');
      await page.getByRole('button', { name: 'Help and keyboard' }).click();
      await page.getByRole('dialog', { name: 'Help and keyboard' }).getByText('then').first().waitFor();
    }],
    ['the notifications', async (page) => {
      await at(page, '/demo/rules');
      await page.getByRole('button', { name: /^Notifications/ }).click();
      await page.getByRole('dialog', { name: 'Notifications' }).waitFor();
      await settled(page);
    }],
    ['the menu of the person', async (page) => {
      await at(page, '/demo/rules');
      await page.getByRole('button', { name: email }).click();
      await page.getByRole('menu').waitFor();
    }],
    ['the areas in a narrow window', async (page) => {
      await at(page, '/demo/rules');
      await page.setViewportSize({ width: 320, height: 900 });
      await page.getByRole('button', { name: 'Areas' }).click();
      await page.getByRole('navigation', { name: 'Areas' }).getByRole('link').first().waitFor();
    }],
  ];
  return all.filter(([, open]) => open);
}
