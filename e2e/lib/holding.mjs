// A run that is held, let go on and ended where it is, against a shop that answers slowly.
import assert from 'node:assert/strict';
import { settled } from './browser.mjs';

/** Starts the run of an approved price change and gives the number of its prices, without waiting for any. */
export async function startsApplying(page) {
  const button = page.getByRole('main').getByRole('button', { name: /^Apply [\d,]+ prices?…$/ });
  const count = Number((await button.textContent()).replace(/\D/g, ''));
  await button.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/^Number of prices/).fill(String(count));
  await dialog.getByRole('button', { name: /^Apply [\d,]+ prices?$/ }).click();
  await page.waitForURL(/\/runs\/run_/);
  return count;
}

/** What is under way when the button is pressed arrives or is put back; then nothing moves until somebody resumes. */
export async function pausesAndResumes(page, reason) {
  await press(page, 'Pause…', 'Pause', reason);
  await page.getByText('Paused', { exact: true }).waitFor();
  await page.getByText(reason).waitFor();
  const left = await leftAtRest(page);
  assert.ok(left > 0, 'it was held before its end');
  const chip = page.getByRole('button', { name: `Waiting ${left.toLocaleString('en-GB')}`, exact: true });
  await chip.waitFor();
  await page.reload();
  await chip.waitFor();
  assert.equal(await leftAtRest(page), left, 'nothing is written while it is held');
  await press(page, 'Resume…', 'Resume');
  await page.getByRole('main').getByRole('button', { name: 'Pause…' }).waitFor();
}

/** Ends it where it is. Some prices are written by then, and some are not. */
export async function stops(page, count, reason) {
  await press(page, 'Stop…', 'Stop the run', reason);
  await page.getByText('Partly applied', { exact: true }).first().waitFor();
  await settled(page);
  const written = await page.getByRole('button', { name: /^Applied [\d,]+$/ }).textContent();
  const prices = Number(written.replace(/\D/g, ''));
  assert.ok(prices > 0 && prices < count, `${prices} of ${count} prices were written`);
}

async function press(page, opens, acts, reason) {
  await page.getByRole('main').getByRole('button', { name: opens }).click();
  const dialog = page.getByRole('dialog');
  if (reason) await dialog.getByLabel('Why (optional)').fill(reason);
  await dialog.getByRole('button', { name: acts, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** How many prices are not written when none is on its way any more. */
async function leftAtRest(page) {
  const id = new URL(page.url()).pathname.split('/').at(-1);
  for (let tries = 0; tries < 1_800; tries += 1) {
    const response = await page.request.get(`/api/v1/runs/${id}`);
    assert.equal(response.status(), 200, await response.text());
    const { counts } = await response.json();
    if (counts.applying === 0) return counts.queued;
    await page.waitForTimeout(100);
  }
  throw new Error('prices are still on their way after three minutes');
}
