// Settings: what holds for this browser, what holds for the project, and tokens that are shown once.
import assert from 'node:assert/strict';
import { assertAccessible, assertHeaded, assertReflows } from './accessibility.mjs';
import { person, settled, signIn } from './browser.mjs';

export async function changesSettings({ browser, report, baseURL, people, password }) {
  const admin = await person(browser, { baseURL });
  const { page } = admin;
  const step = (what, act) => report.step(`settings: ${what}`, act, page);

  await step('open from the rail and are accessible', async () => {
    await signIn(page, people.admin, password);
    await page.getByRole('navigation', { name: 'Areas' }).getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await settled(page);
    await assertHeaded(page);
    await assertAccessible(page);
  });
  await step('appearance acts at once and is kept', async () => {
    await page.getByLabel('Colours').selectOption('dark');
    await page.getByLabel('Motion').selectOption('reduced');
    await page.reload();
    await settled(page);
    assert.deepEqual(await page.evaluate(() => [document.documentElement.dataset.mantineColorScheme, document.documentElement.dataset.motion]), ['dark', 'reduced']);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).animationDuration), '1e-05s', 'nothing moves');
    await assertAccessible(page);
    await page.getByLabel('Colours').selectOption('light');
    await page.getByLabel('Motion').selectOption('system');
  });
  await step('a fault stands on its field and what was typed stays', async () => {
    await page.getByLabel('Tax on the base price in percent').fill('a lot');
    await page.getByText('Tax is a percentage, such as 19 or 8.1.').waitFor();
    await page.getByRole('button', { name: 'Save the project’s settings' }).click();
    assert.equal(await page.getByLabel('Tax on the base price in percent').inputValue(), 'a lot');
    assert.equal(await page.getByText('The project’s settings are saved.').count(), 0);
  });
  await step('the project keeps its tax', async () => {
    await page.getByLabel('Tax on the base price in percent').fill('19');
    await page.getByRole('button', { name: 'Save the project’s settings' }).click();
    await page.getByRole('status').getByText(/^The project’s settings are saved\./).waitFor();
    const projects = await (await page.request.get('/api/v1/projects')).json();
    assert.equal(projects.data.find((project) => project.slug === 'demo').tax_rate_pct, '19');
  });
  await step('of two who change the project at once the second is told, and nothing of either is lost', () => changesTooLate(page));
  await step('a token is shown once, works, and is ended', () => makesAToken(page, baseURL));
  await step('fit 320 px', async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    await assertReflows(page);
    await assertAccessible(page);
  });
  await admin.context.close();
}

async function changesTooLate(page) {
  const asked = await page.request.get('/api/v1/projects/demo');
  const before = await asked.json();
  const settles = async (data, over) => {
    const headers = { Origin: new URL(page.url()).origin, 'If-Match': over };
    const response = await page.request.patch('/api/v1/projects/demo', { headers, data });
    assert.ok(response.ok(), `${response.status()} ${await response.text()}`);
    return { project: await response.json(), version: response.headers().etag };
  };
  await page.getByLabel('Tax on the base price in percent').fill('7');
  await settles({ country: 'AT' }, asked.headers().etag);
  const save = page.getByRole('button', { name: 'Save the project’s settings' });
  await save.click();
  const conflict = page.getByRole('region', { name: /^The settings were changed: v/ });
  await conflict.getByRole('row', { name: `Country AT, was ${before.country ?? 'Not said'} As theirs` }).waitFor();
  await conflict.getByRole('row', { name: `Tax ${before.tax_rate_pct} % 7 %` }).waitFor();
  await assertAccessible(page);
  await conflict.getByRole('button', { name: /^Re-apply mine over v/ }).click();
  await conflict.waitFor({ state: 'detached' });
  const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
  await save.click();
  assert.equal((await saved).status(), 200);
  const after = await page.request.get('/api/v1/projects/demo');
  const { country, tax_rate_pct: tax } = await after.json();
  assert.deepEqual([country, tax], ['AT', '7'], 'both stand');
  await settles({ country: before.country, tax_rate_pct: before.tax_rate_pct }, after.headers().etag);
}

async function makesAToken(page, baseURL) {
  const name = `Script ${Date.now().toString(36)}`;
  await page.getByRole('button', { name: 'Make a token…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What it is for').fill(name);
  await dialog.getByLabel(/^What it may do/).fill('rules:read');
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const secret = await dialog.locator('code').textContent();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await dialog.waitFor({ state: 'detached' });
  const ask = async () => (await fetch(new URL('/api/v1/rules?project=demo', baseURL), { headers: { authorization: `Bearer ${secret}` } })).status;
  assert.equal(await ask(), 200, 'the token works');
  const row = page.getByRole('table', { name: 'Your tokens' }).getByRole('row').filter({ hasText: name });
  await row.waitFor();
  assert.equal(await page.getByText(secret).count(), 0, 'it is not shown again');
  await row.getByRole('button', { name: /^End…/ }).click();
  await dialog.getByRole('button', { name: 'End the token' }).click();
  await row.waitFor({ state: 'detached' });
  assert.equal(await ask(), 401, 'it works no longer');
}
