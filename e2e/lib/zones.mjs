// A reader whose clock is elsewhere, or wrong: the wall clock of the shop comes first, their own stands in the tooltip, and what
// is said of the past stays in the past.
import assert from 'node:assert/strict';
import { person, settled, signIn } from './browser.mjs';

const DAY_MS = 86_400_000;

export async function elsewhere(browser, { baseURL, email, password, change }) {
  const read = async (timezoneId, clockMs = 0) => {
    const { context, page, noise } = await person(browser, { baseURL, timezoneId });
    if (clockMs !== 0) await page.clock.setFixedTime(Date.now() + clockMs);
    await signIn(page, email, password);
    await page.goto(change);
    await settled(page);
    const time = page.getByRole('main').locator('time').first();
    const shown = { text: await time.innerText(), tooltip: await time.getAttribute('title'), at: await time.getAttribute('datetime') };
    assert.deepEqual(noise, []);
    await context.close();
    return shown;
  };
  const [here, there] = [await read('Europe/Berlin', 3 * DAY_MS), await read('Pacific/Auckland', 3 * DAY_MS)];
  assert.equal(there.text, here.text, 'both read the time of the shop');
  assert.equal(there.at, here.at);
  assert.equal(there.tooltip.split('\n').length, 2, `the tooltip has both clocks: ${there.tooltip}`);
  assert.ok(there.tooltip.startsWith(here.tooltip), 'the clock of the shop comes first');
  assert.notEqual(there.tooltip.split('\n')[1], here.tooltip, 'their own is another');
  const behind = await read('America/Los_Angeles', -3 * DAY_MS);
  assert.equal(behind.text, here.text, 'a clock that is days behind reads the same time');
}
