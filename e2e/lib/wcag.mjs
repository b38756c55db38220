// Criteria of WCAG 2.2 that axe cannot see: help in the same place everywhere (3.2.6), signing in by paste (3.3.8), and
// every drag with buttons beside it (2.5.7). Letters that can be switched off (2.1.4) are checked with the frame.
import assert from 'node:assert/strict';
import { person, settled, signIn } from './browser.mjs';

const pages = ['', 'tour', 'settings', 'catalog', 'rules', 'price-changes', 'runs', 'drift', 'audit', 'connectors', 'events', 'jobs', 'webhooks'];

export async function meetsTheRest({ browser, report, baseURL, people, password }) {
  const reader = await person(browser, { baseURL });
  const { page } = reader;
  const step = (what, act) => report.step(`wcag 2.2: ${what}`, act, page);

  await step('the password can be pasted, and a manager finds the fields', async () => {
    await page.goto('/login');
    const field = page.getByLabel('Password', { exact: true });
    await field.focus();
    const taken = await field.evaluate((input) => input.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() })));
    assert.ok(taken, 'nothing forbids to paste');
    assert.deepEqual([await page.getByLabel('E-mail').getAttribute('autocomplete'), await field.getAttribute('autocomplete')], ['username', 'current-password']);
  });
  await step('help stands in the same place on every page, and nothing is only dragged', async () => {
    await signIn(page, people.admin, password);
    const places = new Set();
    for (const path of pages) {
      await page.goto(`/demo/${path}`);
      await settled(page);
      places.add(await page.locator('header:has(a[aria-label^=Calibr])').evaluate((header) => [...header.querySelectorAll('button')].findIndex((each) => each.textContent.includes('Help and keyboard'))));
      assert.equal(await page.locator('[draggable=true]').count(), 0, `${path} has something to drag`);
    }
    assert.equal(places.size, 1, `help moves: ${[...places]}`);
    assert.ok([...places][0] >= 0, 'there is help');
  });
  await reader.context.close();
}
