// What a machine can check of WCAG 2.2 AA on a page: axe with the tag that has the target sizes, reflow, title, one h1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

export const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeSource = readFileSync(axeFile, 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Waits until nothing moves but what never rests: what was just opened may start to fade in only a few frames later. */
export async function atRest(page) {
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

/** Further down, what has half gone under the header would count as too small to press. What is open over a page stays where it is. */
async function fromTheTop(page) {
  await page.evaluate(() => {
    if (document.querySelector('[role=dialog], [role=menu]') === null) window.scrollTo(0, 0);
  });
}

/** Fails with every violation: rule, what it asks, the elements. */
export async function assertAccessible(page) {
  await fromTheTop(page);
  await atRest(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (values) => {
    const found = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return found.violations.map((violation) => `${violation.id}: ${violation.help}: ${violation.nodes.map((node) => `${node.html.slice(0, 160)} (${node.any.map((check) => check.message).join('; ').slice(0, 160)})`).join(' | ')}`);
  }, tags);
  assert.deepEqual(violations, [], `axe on ${page.url()}`);
}

export async function assertHeaded(page) {
  // A page gets its title a moment after it is drawn.
  await page.waitForFunction(() => / · Calibr$/.test(document.title)).catch(() => undefined);
  await page.locator('h1').first().waitFor({ state: 'attached' }).catch(() => undefined);
  assert.match(await page.title(), /^.+ · Calibr$/, 'the document has a title of its own');
  assert.equal(await page.locator('h1').count(), 1, `one h1 on ${page.url()}`);
}

/** From 320 CSS pixels on nothing may need scrolling sideways, except what scrolls in itself. */
export async function assertReflows(page) {
  // Pictures learn of their new width a frame later.
  await atRest(page);
  const [needed, given] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(needed <= given, `${page.url()} is ${needed} px wide in a window of ${given} px`);
}

/** WCAG 2.4.11: whatever gets the focus by Tab is in sight, not under a sticky bar. Gives how many stops there were. */
export async function assertFocusInSight(page) {
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    document.activeElement?.blur();
  });
  return walksInSight(page, null);
}

/** The same for what a page has of its own: from its `main` until the focus leaves it. */
export async function assertFocusInSightOfMain(page) {
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    document.getElementById('main').focus();
  });
  return walksInSight(page, '#main');
}

/** More stops than any page has. */
const STOPS_MAX = 3_000;

async function walksInSight(page, within) {
  await page.evaluate(() => delete window.firstStop);
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press('Tab');
    const { over, hidden } = await page.evaluate(lookAtTheFocus, within);
    if (over) return stops;
    assert.equal(hidden, null, `the focus is hidden on ${page.url()} in a window of ${page.viewportSize().width} by ${page.viewportSize().height}`);
  }
  return assert.fail(`on ${page.url()} the focus has not come round after ${STOPS_MAX} stops`);
}

/** In the page: whether the focus has come round or left `within`, and the focused element if something lies over it. */
function lookAtTheFocus(within) {
  const focused = document.activeElement;
  // Behind the last stop, or where the stop itself went away: the next Tab goes on from there.
  if (focused === null || focused === document.body) return { over: false, hidden: null };
  if (focused === window.firstStop || (within !== null && focused.closest(within) === null)) return { over: true, hidden: null };
  window.firstStop ??= focused;
  const box = focused.getBoundingClientRect();
  // What is only for readers of the screen has no sight to be in; its label is what is looked at.
  if (box.width <= 1 || box.height <= 1 || getComputedStyle(focused).opacity === '0') return { over: false, hidden: null };
  const own = (seen) => seen !== null && (focused.contains(seen) || seen.contains(focused) || [...(focused.labels ?? [])].some((label) => label.contains(seen)) || seen.closest('tr')?.contains(focused));
  const bar = (seen) => {
    for (let each = seen; each !== null; each = each.parentElement) if (['sticky', 'fixed'].includes(getComputedStyle(each).position) && !each.contains(focused)) return true;
    return false;
  };
  const share = [0.1, 0.5, 0.9];
  const seen = share.flatMap((down) => share.map((across) => document.elementFromPoint(box.x + box.width * across, box.y + box.height * down)));
  // What is higher than half the window may reach under a bar with a part of it; anything else may not.
  const hidden = !seen.some(own) || (box.height < innerHeight / 2 && seen.some((each) => each !== null && !own(each) && bar(each)));
  return { over: false, hidden: hidden ? focused.outerHTML.slice(0, 160) : null };
}
