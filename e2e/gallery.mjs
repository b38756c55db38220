// Every state in the gallery, of components and of screens, in both themes and at 320 px: it says what it should, axe, reflow,
// nothing in the browser's console; and what a reader hears, held against gallery.aria.txt. Takes the built gallery from
// console/dist-gallery. CALIBR_UPDATE=1 writes the text anew; CALIBR_ONLY='/runs?/' looks only at addresses that match.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { assertAccessible, assertContrast, assertHeaded, assertReflows } from './lib/accessibility.mjs';
import { launch, person } from './lib/browser.mjs';
import { serveFolder } from './lib/files.mjs';
import { Report } from './lib/report.mjs';

const file = new URL('./gallery.aria.txt', import.meta.url);
const update = process.env.CALIBR_UPDATE === '1';
const only = new RegExp(process.env.CALIBR_ONLY ?? '');
/** How many pages look at once; each has a share of the states. */
const PAGES = 2;
const WIDE = 1000;
const { baseURL, stop } = await serveFolder(new URL('../console/dist-gallery', import.meta.url).pathname);
const report = new Report();
const browser = await launch();
const heard = new Map();
try {
  const whole = await contents();
  const states = whole.filter(({ address }) => only.test(address));
  await report.step('the gallery has states', async () => assert.ok(whole.length > 30, `${whole.length} states`));
  await Promise.all(Array.from({ length: PAGES }, (_, share) => look(states.filter((_state, index) => index % PAGES === share))));
  await report.step('what a reader hears is as it was', async () => compare(whole));
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
      await assertAccessible(page);
      if (state.heard) heard.set(state.address, await page.locator(state.screen === null ? 'body' : 'main').ariaSnapshot());
      await shines(page, 'dark');
      await assertContrast(page);
      await page.setViewportSize({ width: 320, height: 900 });
      await assertReflows(page);
      // How it lies on a narrow page differs from state to state; what axe sees there does not.
      if (state.screen === null || state.address.endsWith('/ready')) await assertAccessible(page);
      assert.deepEqual(noise, []);
    }, page);
  }
  await visitor.context.close();
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
