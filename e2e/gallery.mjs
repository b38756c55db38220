// Every state in the gallery, in both themes and at 320 px: nothing in the browser's console, axe, and what a reader hears,
// held against gallery.aria.txt. Takes the built gallery from console/dist-gallery; CALIBR_UPDATE=1 writes the text anew.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { assertAccessible, assertReflows } from './lib/accessibility.mjs';
import { launch, person } from './lib/browser.mjs';
import { serveFolder } from './lib/files.mjs';
import { Report } from './lib/report.mjs';

const file = new URL('./gallery.aria.txt', import.meta.url);
const update = process.env.CALIBR_UPDATE === '1';
const { baseURL, stop } = await serveFolder(new URL('../console/dist-gallery', import.meta.url).pathname);
const report = new Report();
const browser = await launch();
const heard = new Map();
try {
  const states = await contents();
  await report.step('the gallery has states', async () => assert.ok(states.length > 20, `${states.length} states`));
  for (const colorScheme of ['light', 'dark']) await look(states, { colorScheme, width: 1000 });
  await look(states, { colorScheme: 'light', width: 320 });
  await report.step('what a reader hears is as it was', async () => compare());
} finally {
  await browser.close();
  stop();
}
process.exit(report.close());

async function contents() {
  const visitor = await person(browser, { baseURL });
  await visitor.page.goto('/__gallery');
  await visitor.page.getByRole('heading', { level: 1, name: 'Gallery' }).waitFor();
  const addresses = await visitor.page.locator('main a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  await visitor.context.close();
  return addresses;
}

async function look(states, { colorScheme, width }) {
  const visitor = await person(browser, { baseURL, colorScheme, width });
  const { page, noise } = visitor;
  for (const address of states) {
    await report.step(`${address}, ${colorScheme}, ${width} px`, async () => {
      noise.length = 0;
      await page.goto(`${address}?theme=${colorScheme}`);
      await page.locator('main[data-ready]').waitFor({ state: 'attached' });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      await assertAccessible(page);
      if (width === 320) await assertReflows(page);
      else if (colorScheme === 'light') heard.set(address, await page.locator('body').ariaSnapshot());
      assert.deepEqual(noise, []);
    }, page);
  }
  await visitor.context.close();
}

function compare() {
  const now = [...heard].map(([address, snapshot]) => `# ${address}\n${snapshot}\n`).join('\n');
  if (update) writeFileSync(file, now);
  const before = readFileSync(file, 'utf8');
  const states = (text) => new Map(text.split(/^# /m).filter(Boolean).map((part) => [part.split('\n')[0], part.slice(part.indexOf('\n') + 1).trim()]));
  const [was, is] = [states(before), states(now)];
  const changed = [...is].filter(([address, snapshot]) => was.get(address) !== snapshot).map(([address, snapshot]) => `${address} was\n${was.get(address)}\nand is\n${snapshot}`);
  assert.deepEqual(changed, [], 'run with CALIBR_UPDATE=1 if this is meant');
  assert.deepEqual([...was.keys()].sort(), [...is.keys()].sort(), 'no state was lost');
}
