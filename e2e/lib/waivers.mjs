// What a guardrail stops: seen in the preview and in the plan, let pass by waivers of two people for as long as they hold and
// followed into the shop, or left out of a new plan.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { settled } from './browser.mjs';
import { appliesAndFollows, approves, opensPart, plansAPriceChange, rollsBack } from './journey.mjs';
import { priceInShop } from './shop.mjs';

/** Sixty euros more on everything: the cheap ones would more than double, which the fresh tenant's defaults stop. */
function boldRuleText(name) {
  return `schema: rule.v1\nname: ${name}\nselect:\n  all_variants: true\nsteps:\n  - amount: 60 EUR\n`;
}

/** The preview says it, the plan groups it, and its rows are one click away. Gives the plan's address. */
export async function meetsAGuardrail(page, name) {
  await page.goto('/demo/rules/new?as=yaml');
  await page.getByRole('textbox', { name: 'Rule as YAML' }).fill(boldRuleText(name));
  await page.getByText('Valid', { exact: true }).waitFor();
  const said = page.getByRole('list', { name: 'Guardrails over the rows' }).getByRole('listitem').filter({ hasText: 'Largest move:' });
  await said.getByText(/rows stopped/).waitFor();
  await page.getByRole('button', { name: 'Push the rule' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  const plan = await plansAPriceChange(page, name);
  await opensPart(page, 'Violations');
  await guardrailRow(page).getByRole('link', { name: /^See rows/ }).click();
  await page.waitForURL(/guardrail=maximum_move/);
  const rows = page.getByRole('table', { name: /^Rows of the plan/ }).locator('tbody tr');
  // The rows of before stay until the others have come; the others are only rows that the guardrail spoke of.
  await rows.filter({ hasNotText: /(Stopped|Near): Largest move/ }).first().waitFor({ state: 'detached' });
  await rows.filter({ hasText: 'Stopped: Largest move' }).first().waitFor();
  return plan;
}

/** The two guardrails that stop a price that moves too far at once, by their rows. */
const MOVES = { 'Largest move': /^Largest move A price/, 'Largest move in a day': /^Largest move in a day Moves/ };
const guardrailRow = (page, name = 'Largest move') => page.getByRole('table', { name: 'Guardrails over the rows' }).getByRole('row', { name: MOVES[name] });
const reasonOf = (name, reason) => `${reason}: ${name}.`;

/** A row passes once nothing stops it any more, so that each guardrail that does needs a waiver of its own. */
export async function requestsWaivers(page, plan, reason) {
  await page.goto(plan);
  await opensPart(page, 'Violations');
  for (const name of Object.keys(MOVES)) {
    await guardrailRow(page, name).getByRole('button', { name: 'Request a waiver…' }).click();
    const dialog = page.getByRole('dialog');
    const act = dialog.getByRole('button', { name: 'Request the waiver' });
    assert.equal(await act.getAttribute('aria-disabled'), 'true', 'a waiver needs a reason');
    await dialog.getByLabel('Why').fill(reasonOf(name, reason));
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/^The waiver is requested/).waitFor();
  }
  await page.getByRole('link', { name: 'approves it' }).click();
  for (const name of Object.keys(MOVES)) await waiverRow(page, reasonOf(name, reason)).getByText('Somebody else must approve it.').waitFor();
}

const waiverRow = (page, reason) => page.getByRole('table', { name: 'Waivers, newest first' }).getByRole('row').filter({ hasText: reason });

export async function approvesWaivers(page, reason) {
  await page.goto('/demo/guardrails');
  for (const name of Object.keys(MOVES)) {
    const row = waiverRow(page, reasonOf(name, reason));
    await row.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve the waiver' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row.getByText('In force').waitFor();
  }
}

export async function endsWaivers(page, reason) {
  await page.goto('/demo/guardrails');
  for (const name of Object.keys(MOVES)) {
    const row = waiverRow(page, reasonOf(name, reason));
    await row.getByRole('button', { name: 'End…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the waiver' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row.getByText('Ended', { exact: true }).waitFor();
  }
}

/** The rows of a plan that a guardrail spoke of. */
async function spokenOf(page, plan, outcome) {
  const response = await page.request.get(`/api/v1/price-changes/${plan.split('/').at(-1)}/rows?guardrail=maximum_move&outcome=${outcome}&limit=1000`);
  assert.equal(response.status(), 200, await response.text());
  return (await response.json()).data;
}

/** Plans the rule of `plan` once more. Gives the new plan's address. */
export async function plansOnceMore(page, plan, title) {
  const { rules } = await (await page.request.get(`/api/v1/price-changes/${plan.split('/').at(-1)}`)).json();
  await page.goto(`/demo/rules/${rules[0].rule_id}`);
  return plansAPriceChange(page, title);
}

/** What was stopped before is planned now, and each such row says that it was waived. Gives one of them. */
export async function seesWaivedRows(page, before, now) {
  const stopped = await spokenOf(page, before, 'blocked');
  // Others are only near this guardrail, and are stopped by that of the day.
  const tooFar = stopped.filter(({ violated }) => violated.includes('maximum_move'));
  assert.ok(tooFar.length > 0, 'something was stopped before');
  await opensPart(page, 'Violations');
  const numbers = guardrailRow(page).locator('td');
  // The address is there before the row is. If the number never comes, what stands there is said below.
  await numbers.nth(2).getByText(String(tooFar.length), { exact: true }).waitFor().catch(() => undefined);
  const [stoppedNow, , waivedNow] = await numbers.allTextContents();
  assert.deepEqual([stoppedNow, waivedNow], ['0', String(tooFar.length)], 'none is stopped and all are waived');
  await guardrailRow(page).getByRole('link', { name: /^See rows/ }).click();
  const [row] = tooFar;
  const shown = page.getByRole('table', { name: /^Rows of the plan/ }).locator('tbody tr').filter({ hasText: row.sku }).first();
  await shown.getByText(row.after.amount).waitFor();
  for (const name of Object.keys(MOVES)) await shown.getByText(`Waived: ${name}`, { exact: true }).waitFor();
  const raised = new Map((await spokenOf(page, now, 'raise')).map((each) => [each.sku, each.after.amount]));
  for (const { sku, after } of stopped) assert.equal(raised.get(sku), after.amount, `${sku} is planned`);
  return row;
}

/** The price that a guardrail stopped comes to the shop, and goes again. */
export async function appliesWhatIsWaived(page, plan, row, shop) {
  assert.equal(await priceInShop(shop, row.sku), row.before.amount);
  await approves(page, plan, 'Waived and read by the browser test');
  await appliesAndFollows(page);
  assert.equal(await priceInShop(shop, row.sku), row.after.amount, 'the row that was stopped is written');
  await rollsBack(page, plan);
  assert.equal(await priceInShop(shop, row.sku), row.before.amount);
}

/** Without its waiver the row is stopped as before. */
export async function isStoppedAgain(page, plan, row) {
  assert.ok((await spokenOf(page, plan, 'blocked')).some(({ sku }) => sku === row.sku), `${row.sku} is stopped`);
  await opensPart(page, 'Violations');
  await guardrailRow(page).getByRole('button', { name: 'Request a waiver…' }).waitFor();
}

/** A new plan without the rows that the guardrail stops takes the place of the old one. Gives the new plan's address. */
export async function leavesOutWhatIsStopped(page, plan) {
  await page.goto(plan);
  await opensPart(page, 'Violations');
  await guardrailRow(page).getByRole('button', { name: /^Leave (it|these)/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Plan without/ }).click();
  await page.waitForURL((url) => /price-changes\/pch_/.test(url.pathname) && !plan.endsWith(url.pathname));
  // The address is there before the plan is, and the old one waits for approval too.
  await page.getByText(/In the place of/).waitFor();
  await page.getByText('Waiting for approval', { exact: true }).waitFor();
  const without = page.url();
  await opensPart(page, 'Violations');
  await guardrailRow(page).waitFor();
  // What is left out of the new plan cannot be left out of it again.
  await guardrailRow(page).getByText(/^Leave/).waitFor({ state: 'detached' });
  await page.getByText(/In the place of/).getByRole('link').last().click();
  await page.getByText('This plan was replaced.', { exact: true }).waitFor();
  await settled(page);
  await assertAccessible(page);
  await page.getByRole('note').getByRole('link', { name: /^Open / }).click();
  await page.waitForURL(without);
  return without;
}
