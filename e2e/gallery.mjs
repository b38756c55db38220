// Every state in the gallery, of components and of screens, in both themes and at 320 px: it says what it should, axe, reflow,
// nothing in the browser's console; what a reader hears, held against gallery.aria.txt; and of some how they look, held against
// the pictures in gallery-pixels. Takes the built gallery from console/dist-gallery. CALIBR_UPDATE=1 writes text and pictures
// anew; CALIBR_ONLY='/runs?/' looks only at addresses that match.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { assertAccessible, assertHeaded, assertReflows, axeFile } from './lib/accessibility.mjs';
import { launch, person, product, SAME_EVERYWHERE } from './lib/browser.mjs';
import { serveFolder } from './lib/files.mjs';
import { pictured } from './lib/pictured.mjs';
import { assertNotices, Pixels } from './lib/pixels.mjs';
import { Report } from './lib/report.mjs';

const file = new URL('./gallery.aria.txt', import.meta.url);
const update = process.env.CALIBR_UPDATE === '1';
const only = new RegExp(process.env.CALIBR_ONLY ?? '');
/** How many pages look at once, each at the next state; more than there are cores, for each waits now and then. */
const PAGES = 3;
const WIDE = 1000;
/** From here a page has it sooner than by being told all of it. */
const AXE = '/assets/axe.js';
const { baseURL, stop } = await serveFolder(new URL('../console/dist-gallery', import.meta.url).pathname, { [AXE]: axeFile });
const report = new Report();
const browser = await launch(SAME_EVERYWHERE);
const folderOf = (name) => new URL(name, import.meta.url).pathname;
const pixels = new Pixels({ folder: folderOf('./gallery-pixels'), results: folderOf('./test-results'), drawnBy: await product(browser), update });
const heard = new Map();
/** States of screens that say and show nothing but what the screen does when all is well. */
const alike = [];
if (!pixels.comparable) report.leftOut(`how anything looks: the pictures are what ${pixels.before} draws, and this is ${pixels.drawnBy}`);
try {
  const whole = await contents();
  const states = whole.filter(({ address }) => only.test(address));
  await report.step('the gallery has states', async () => assert.ok(whole.length > 30, `${whole.length} states`));
  const next = states.values();
  await Promise.all(Array.from({ length: PAGES }, () => look(next, states)));
  await report.step('each state says something that the screen does not say when all is well', async () => assert.deepEqual(alike, []));
  await report.step('what a reader hears is as it was', async () => compare(whole));
  await report.step('what is held against pictures is in the gallery', async () => assert.deepEqual(pictured.map(({ address }) => address).filter((address) => !whole.some((state) => state.address === address)), []));
  await report.step('a picture with a mark in another colour or a part aside would be noticed', noticesChanges);
  if (pixels.comparable) await report.step('what is seen is as it was', async () => pixels.close(only.source === '(?:)'));
} finally {
  await browser.close();
  stop();
}
process.exit(report.close());

async function contents() {
  const visitor = await person(browser, { baseURL });
  await visitor.page.goto('/__gallery');
  await visitor.page.getByRole('heading', { level: 1, name: 'Gallery' }).waitFor();
  const states = await visitor.page.locator('main a').evaluateAll((links) =>
    links.map((link) => {
      const { screen = null, part = 'body', expects = 'null', heard: kept } = link.dataset;
      return { address: link.getAttribute('href'), screen, part, expects: JSON.parse(expects), heard: kept !== undefined };
    }),
  );
  await visitor.context.close();
  return states;
}

/** Each state is loaded once, and looked at in the light, in the dark and through a narrow window. */
async function look(next, states) {
  const visitor = await person(browser, { baseURL, width: WIDE });
  const { page, noise } = visitor;
  for (const state of next) {
    await report.step(state.address, async () => {
      noise.length = 0;
      await shines(page, 'light');
      await page.setViewportSize({ width: WIDE, height: 900 });
      await page.goto(state.address);
      await page.locator('html[data-ready]').waitFor({ state: 'attached' });
      if (state.expects !== null) await assertSays(page, state.expects);
      if (state.address.endsWith('/ready')) await findAlike(page, state, states);
      await page.addScriptTag({ url: AXE });
      await assertAccessible(page);
      if (state.heard) heard.set(state.address, await page.locator(state.part).ariaSnapshot());
      await isAsPictured(page, state, 'light');
      await shines(page, 'dark');
      await assertAccessible(page);
      await isAsPictured(page, state, 'dark');
      await page.setViewportSize({ width: 320, height: 900 });
      await assertReflows(page);
      // How it lies on a narrow page differs from state to state; what axe sees there does not.
      if (state.screen === null || state.address.endsWith('/ready')) await assertAccessible(page);
      assertNoise(noise, state.expects?.crashes === true);
    }, page);
  }
  await visitor.context.close();
}

async function isAsPictured(page, { address }, theme) {
  for (const { name, select } of pictured.filter((each) => each.address === address)) await pixels.look(page, `${name}-${theme}`, select);
}

async function noticesChanges() {
  const { page, context } = await person(browser, { baseURL, width: WIDE });
  await page.goto('/__gallery/status/runs');
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await assertNotices(page, 'main', { mark: 'li:nth-child(5) svg', part: 'li:nth-child(3) > span' });
  await page.goto('/__gallery/price-change/ready');
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  await assertNotices(page, 'main figure', { mark: 'svg rect[class]', part: 'figcaption' });
  await context.close();
}

/** The gallery follows what the system asks for. */
async function shines(page, colorScheme) {
  await page.emulateMedia({ colorScheme });
  if (page.url().includes('/__gallery')) await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
}

/** Nothing complains in the browser's console, but a console that fails says so there. */
function assertNoise(noise, crashes) {
  if (crashes) assert.ok(noise.length > 0, 'nothing failed');
  else assert.deepEqual(noise, []);
}

/** While a screen stands there with all well: which of its other states would be taken for this one. */
async function findAlike(page, { screen, address }, states) {
  for (const other of states.filter((each) => each.screen === screen && each.screen !== null && each.address !== address)) {
    const missing = await page.evaluate(notAsExpected, other.expects);
    if (missing.length === 0) alike.push(other.address);
  }
}

/** In the page: what of the expected is not said, not in sight, or is there though it should not be. */
function notAsExpected({ says, hides, shows }) {
  const text = document.body.innerText.replace(/\s+/g, ' ');
  const inSight = (element) => element !== null && element.getClientRects().length > 0 && getComputedStyle(element).opacity !== '0';
  return [...says.filter((words) => !text.includes(words)), ...shows.filter((select) => !inSight(document.querySelector(select))), ...hides.filter((words) => text.includes(words)).map((words) => `${words}, though it should not be`)];
}

/** What a state must say may still be on its way: some of it is checked only after a pause in typing, on a busy machine later. */
async function assertSays(page, expects) {
  await page.waitForFunction(`(${notAsExpected})(${JSON.stringify(expects)}).length === 0`).catch(() => undefined);
  assert.deepEqual(await page.evaluate(notAsExpected, expects), [], 'not there');
  // What failed in the console is shown in its own words.
  if (!expects.crashes) assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /\b(undefined|NaN|Invalid Date|\[object)/);
  await assertHeaded(page);
}

function compare(whole) {
  const parts = (text) => new Map(text.split(/^# /m).filter(Boolean).map((part) => [part.split('\n')[0], part.slice(part.indexOf('\n') + 1).trim()]));
  const was = parts(readFileSync(file, 'utf8'));
  const kept = whole.filter((state) => state.heard).map(({ address }) => address);
  const is = new Map(kept.map((address) => [address, heard.get(address)?.trim() ?? was.get(address)]).filter(([, snapshot]) => snapshot !== undefined));
  if (update) {
    writeFileSync(file, [...is].map(([address, snapshot]) => `# ${address}\n${snapshot}\n`).join('\n'));
    return;
  }
  const changed = [...is].filter(([address, snapshot]) => was.get(address) !== snapshot).map(([address, snapshot]) => `${address} was\n${was.get(address)}\nand is\n${snapshot}`);
  assert.deepEqual(changed, [], 'run with CALIBR_UPDATE=1 if this is meant');
  assert.deepEqual([...was.keys()].sort(), [...is.keys()].sort(), 'no state was lost');
}
