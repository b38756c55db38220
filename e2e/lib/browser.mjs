// Headless Chromium and the people who use it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** CALIBR_SLOW=3 gives every page a third of the processor, as a small machine would: what races then shows. */
const SLOW = Number(process.env.CALIBR_SLOW ?? 1);

/** CALIBR_CHROMIUM, else what the system has, else what Playwright installed for itself. The one without a window is the quickest. */
function chromiumPath() {
  const named = process.env.CALIBR_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  const path = found ?? [chromium.executablePath()].find((own) => existsSync(own));
  if (!path) throw new Error('There is no Chromium. Install the package chromium, or name one in CALIBR_CHROMIUM.');
  return path;
}

/** Letters and colours as the page has them, whatever the screen and the system of this machine would make of them. */
export const SAME_EVERYWHERE = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb'];

export function launch(more = []) {
  return chromium.launch({ executablePath: chromiumPath(), args: [...FLAGS, ...more] });
}

/** Its kind and version, such as `Chrome/156.0.1.2`: the one without a window draws letters a little differently. */
export async function product(browser) {
  const devtools = await browser.newBrowserCDPSession();
  const { product: name } = await devtools.send('Browser.getVersion');
  await devtools.detach();
  return name;
}

/** A browser of their own for one person; `noise` collects what the console of the browser complains about. */
export async function person(browser, { baseURL, colorScheme = 'light', width = 1360, timezoneId = 'Europe/Berlin' }) {
  const context = await browser.newContext({ baseURL, colorScheme, viewport: { width, height: 900 }, locale: 'en-GB', timezoneId });
  // A run whose shop swallowed an answer waits until that write has arrived or never will, before it looks.
  context.setDefaultTimeout(60_000 * SLOW);
  if (SLOW > 1) context.on('page', (each) => void slowed(each));
  const page = await context.newPage();
  const noise = [];
  page.on('pageerror', (error) => noise.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    const expected = /status of (401|403|422)/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !expected) noise.push(`${page.url()}: ${message.text()}`);
  });
  return { context, page, noise };
}

/** A page that is closed meanwhile needs no slowing. */
async function slowed(page) {
  const devtools = await page.context().newCDPSession(page).catch(() => null);
  await devtools?.send('Emulation.setCPUThrottlingRate', { rate: SLOW }).catch(() => undefined);
}

export async function signIn(page, email, password, { next = '/' } = {}) {
  await page.goto(`/login?next=${encodeURIComponent(next)}`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await settled(page);
}

/** Waits until every query of the page is answered. No clock is involved: the page says so itself. But it speaks of what is drawn,
 * while the address may be ahead of that and a query about to begin: it must say so still when the browser has nothing left to do. */
export async function settled(page) {
  await page.locator('main[data-ready]').waitFor();
  await page.waitForFunction(async () => {
    for (let quiet = 0; quiet < 2; ) {
      // One that draws without end may never have nothing to do; then this is long enough.
      await new Promise((done) => requestIdleCallback(() => setTimeout(done), { timeout: 2_000 }));
      quiet = document.querySelector('main[data-ready]') === null ? 0 : quiet + 1;
    }
    return true;
  });
}

/** Waits for the end of the run whose page this is, and longer than for anything else: the shop may be slow, and so may the machine. */
export async function runIsOver(page, heading = 'Result') {
  await page.getByRole('heading', { level: 2, name: heading }).waitFor({ timeout: 180_000 * SLOW });
  await settled(page);
}

/** Waits, because the focus comes only when a page has been drawn or a dialog has faded in or out. */
export async function isFocused(locator, what) {
  await locator.waitFor();
  const element = await locator.elementHandle();
  await locator.page().waitForFunction((wanted) => wanted === document.activeElement, element).catch(() => assert.fail(`${what} has not the focus`));
}
