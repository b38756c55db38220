// What a machine can check of WCAG 2.2 AA on a page: axe with the tag that has the target sizes, reflow, title, one h1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Waits until nothing moves but what never rests: what was just opened may start to fade in only a few frames later. */
async function atRest(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    for (let quiet = 0; quiet < 5; quiet += 1) {
      await frame();
      const moving = document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations !== Infinity);
      if (moving.length > 0) quiet = -1;
      await Promise.all(moving.map((animation) => animation.finished.catch(() => undefined)));
    }
  });
}

/** Fails with every violation: rule, what it asks, the elements. */
export async function assertAccessible(page) {
  await atRest(page);
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (values) => {
    const found = await window.axe.run(document, { runOnly: { type: 'tag', values } });
    return found.violations.map((violation) => `${violation.id}: ${violation.help}: ${violation.nodes.map((node) => `${node.html.slice(0, 160)} (${node.any.map((check) => check.message).join('; ').slice(0, 160)})`).join(' | ')}`);
  }, tags);
  assert.deepEqual(violations, [], `axe on ${page.url()}`);
}

export async function assertHeaded(page) {
  assert.match(await page.title(), /^.+ · Calibr$/, 'the document has a title of its own');
  assert.equal(await page.locator('h1').count(), 1, `one h1 on ${page.url()}`);
}

/** At 320 CSS pixels nothing may need scrolling sideways, except what scrolls in itself. */
export async function assertReflows(page) {
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(needed <= given, `${page.url()} is ${needed} px wide in a window of ${given} px`);
}

/** WCAG 2.4.11: whatever gets the focus by Tab is in sight, not under a sticky bar. */
export async function assertFocusInSight(page, presses) {
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    document.body.focus();
  });
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return null;
      const box = focused.getBoundingClientRect();
      const seen = document.elementFromPoint(box.x + box.width / 2, Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1));
      const inSight = box.width === 0 || seen === null || focused.contains(seen) || seen.contains(focused) || seen.closest('tr')?.contains(focused);
      return inSight ? null : focused.outerHTML.slice(0, 160);
    });
    assert.equal(hidden, null, `the focus is hidden on ${page.url()}`);
  }
}
