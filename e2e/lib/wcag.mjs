// Criteria of WCAG 2.2 that axe cannot see: help in the same place everywhere (3.2.6), signing in by paste (3.3.8), every
// drag with buttons beside it (2.5.7), a focus that no bar covers (2.4.11), and nothing to be typed twice (3.3.7).
// Letters that can be switched off (2.1.4) are checked with the frame.
import assert from 'node:assert/strict';
import { assertFocusInSight } from './accessibility.mjs';
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
  for (const [width, height] of [[1360, 420], [320, 640]]) {
    await step(`no bar covers the focus in a window of ${width} by ${height}`, async () => {
      await page.setViewportSize({ width, height });
      for (const path of pages) {
        await page.goto(`/demo/${path}`);
        await settled(page);
        assert.ok((await assertFocusInSight(page, 80)) > 5, `Tab walks through ${path}`);
      }
    });
  }
  await step('what was typed for a plan is not asked for again', async () => {
    await page.setViewportSize({ width: 1360, height: 900 });
    await keepsWhatWasTyped(page);
  });
  await reader.context.close();
}

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
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ timeout: 60_000 });
  await page.getByText(`“${note}”`).waitFor();
}
