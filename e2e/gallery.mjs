// Every state in the gallery, of components and of screens, in both themes and at 320 px: it says what it should, axe, reflow,
// nothing in the browser's console; what a reader hears, held against gallery.aria.txt; and of some how they look, held against
// the pictures in gallery-pixels. Takes the built gallery from console/dist-gallery. CALIBR_UPDATE=1 writes text and pictures
// anew; CALIBR_ONLY='/runs?/' looks only at addresses that match.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { assertAccessible, assertHeaded, assertReflows, axeFile } from './lib/accessibility.mjs';
import { launch, person, SAME_EVERYWHERE } from './lib/browser.mjs';
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
const pixels = new Pixels({ folder: folderOf('./gallery-pixels'), results: folderOf('./test-results'), drawnBy: browser.version(), update });
const heard = new Map();
if (!pixels.comparable) console.log(`note  the pictures are what Chromium ${pixels.before} draws; this is ${pixels.drawnBy}, so none is looked at`);
try {
  const whole = await contents();
  const states = whole.filter(({ address }) => only.test(address));
  await report.step('the gallery has states', async () => assert.ok(whole.length > 30, `${whole.length} states`));
  const next = states.values();
  await Promise.all(Array.from({ length: PAGES }, () => look(next)));
  await report.step('what a reader hears is as it was', async () => compare(whole));
  await report.step('what is held against pictures is in the gallery', async () => assert.deepEqual(pictured.map(({ address }) => address).filter((address) => !whole.some((state) => state.address === address)), []));
  await report.step('a picture with a mark in another colour or a part aside would be noticed', noticesChanges);
  await report.step('what is seen is as it was', async () => pixels.close(only.source === '(?:)'));
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
      const { screen = null, says = '[]', hides = '[]', heard: kept } = link.dataset;
      return { address: link.getAttribute('href'), screen, says: JSON.parse(says), hides: JSON.parse(hides), heard: kept !== undefined };
    }),
  );
  await visitor.context.close();
  return states;
}

/** Each state is loaded once, and looked at in the light, in the dark and through a narrow window. */
async function look(states) {
  const visitor = await person(browser, { baseURL, width: WIDE });
  const { page, noise } = visitor;
  for (const state of states) {
    await report.step(state.address, async () => {
      noise.length = 0;
      await shines(page, 'light');
      await page.setViewportSize({ width: WIDE, height: 900 });
      await page.goto(state.address);
      await page.locator('html[data-ready]').waitFor({ state: 'attached' });
      if (state.screen !== null) await assertSays(page, state);
      await page.addScriptTag({ url: AXE });
      await assertAccessible(page);
      if (state.heard) heard.set(state.address, await page.locator(state.screen === null ? 'body' : 'main').ariaSnapshot());
      await isAsPictured(page, state, 'light');
      await shines(page, 'dark');
      await assertAccessible(page);
      await isAsPictured(page, state, 'dark');
      await page.setViewportSize({ width: 320, height: 900 });
      await assertReflows(page);
      // How it lies on a narrow page differs from state to state; what axe sees there does not.
      if (state.screen === null || state.address.endsWith('/ready')) await assertAccessible(page);
      assert.deepEqual(noise, []);
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

/** What a state must say may still be on its way: some of it is checked only after a pause in typing. */
async function assertSays(page, { says, hides }) {
  const missing = (words) => words.filter((word) => !document.body.innerText.replace(/\s+/g, ' ').includes(word));
  await page.waitForFunction(`(${missing})(${JSON.stringify(says)}).length === 0`, undefined, { timeout: 5_000 }).catch(() => undefined);
  assert.deepEqual(await page.evaluate(missing, says), [], 'not said');
  assert.deepEqual(await page.evaluate(missing, hides), hides, 'said, though it should not');
  assert.doesNotMatch(await page.evaluate(() => document.body.innerText), /\b(undefined|NaN|Invalid Date|\[object)/);
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
