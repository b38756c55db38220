// Applying later: a time that cannot be is told beside its field, a time to come is seen with who chose it, and it is called off.
// The time is days away, so that nothing starts while the test looks.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { settled } from './browser.mjs';

const DAY_MS = 86_400_000;

/** Noon in two days, which no change of clocks touches. */
const noonAhead = () => `${new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10)}T12:00`;

export async function schedulesAndCallsOff(page, change, reason) {
  await page.goto(change);
  await page.getByRole('main').getByRole('button', { name: /^Apply [\d,]+ prices?…$/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Schedule…' }).check();
  const act = dialog.getByRole('button', { name: /^Schedule [\d,]+ prices?$/ });
  await act.waitFor();
  assert.equal(await act.getAttribute('aria-disabled'), 'true', 'a time must be chosen first');
  await choosesATime(dialog);
  const count = (await act.textContent()).replace(/\D/g, '');
  if (Number(count) > 25) await dialog.getByLabel(/^Number of prices/).fill(count);
  await assertAccessible(page);
  await act.click();
  await dialog.waitFor({ state: 'detached' });
  const ribbon = page.getByRole('note').filter({ hasText: /^Scheduled for / });
  await ribbon.getByText(/That is \d{4}-\d\d-\d\d 12:00 in Asia\/Tokyo\./).waitFor();
  await ribbon.getByText(/Scheduled by approver@demo\.test/).waitFor();
  await assertAccessible(page);
  await findsItInTheList(page, change);
  await callsOff(page, change, reason);
}

async function choosesATime(dialog) {
  const time = dialog.getByLabel('Start at');
  await time.fill('2020-01-01T09:00');
  await dialog.getByText(/^This is past: it is /).waitFor();
  await time.fill('2031-03-30T02:30');
  await dialog.getByLabel('Time zone').selectOption('Europe/Paris');
  await dialog.getByText(/^This time does not exist in Europe\/Paris/).waitFor();
  await dialog.getByRole('button', { name: /^Take the later: 03:30/ }).click();
  await dialog.getByText(/^This time does not exist in Europe\/Paris/).waitFor({ state: 'detached' });
  await time.fill(noonAhead());
  await dialog.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await dialog.getByRole('status').filter({ hasText: /^Starts in .+ for the shop/ }).waitFor();
}

async function findsItInTheList(page, change) {
  await page.goto('/demo/price-changes?state=scheduled');
  await settled(page);
  const row = page.locator('tbody tr').filter({ has: page.locator(`a[href$="${change.split('/').at(-1)}"]`) });
  await row.getByText('Scheduled', { exact: true }).waitFor();
  await row.getByText(/^for /).waitFor();
}

async function callsOff(page, change, reason) {
  await page.goto(change);
  const ribbon = page.getByRole('note').filter({ hasText: /^Scheduled for / });
  await ribbon.getByRole('button', { name: 'Unschedule…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why (optional)').fill(reason);
  await dialog.getByRole('button', { name: 'Unschedule the start' }).click();
  await dialog.waitFor({ state: 'detached' });
  await ribbon.waitFor({ state: 'detached' });
  await page.getByText('Approved', { exact: true }).first().waitFor();
  await page.goto(`${change}?tab=activity`);
  await page.getByText('unscheduled the price change').waitFor();
  await page.getByText(`“${reason}”`).waitFor();
}
