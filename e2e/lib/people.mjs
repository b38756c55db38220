// People of the organisation: let in with a password shown once, made to choose their own, given a role, shut out; and told of
// what concerns them.
import assert from 'node:assert/strict';
import { assertAccessible, assertReflows } from './accessibility.mjs';
import { isFocused, person, settled, signIn } from './browser.mjs';

export async function managesPeople({ browser, report, baseURL, people, password }) {
  const admin = await person(browser, { baseURL });
  const newcomer = await person(browser, { baseURL });
  const email = `newcomer-${Date.now().toString(36)}@demo.test`;
  const own = `Own words ${Date.now().toString(36)}`;
  const step = (who, what, act) => report.step(`people: ${what}`, act, who.page);
  let given;

  await step(admin, 'an admin lets somebody in, and sees the password once', async () => {
    await signIn(admin.page, people.admin, password, { next: '/demo/settings' });
    given = await letsIn(admin.page, email);
  });
  await step(newcomer, 'who has a password that somebody else chose is led to change it', async () => {
    await signIn(newcomer.page, email, given, { next: '/demo/rules' });
    await assertAccessible(newcomer.page);
    await newcomer.page.getByRole('status').getByRole('link', { name: 'Change your password' }).click();
    await newcomer.page.getByRole('heading', { level: 2, name: 'Your password' }).waitFor();
    await settled(newcomer.page);
    await isFocused(newcomer.page.locator('#password'), 'where the banner led');
  });
  await step(newcomer, 'a wrong or a short password is refused at its field, and the right one ends the banner', () => choosesTheirOwn(newcomer.page, given, own));
  await step(newcomer, 'the new password signs in and the old one does not', async () => {
    const signsIn = async (typed) => (await newcomer.page.request.post('/api/v1/session', { data: { email, password: typed }, headers: { origin: baseURL } })).status();
    assert.deepEqual([await signsIn(given), await signsIn(own)], [401, 200]);
  });
  await step(newcomer, 'who may not change people sees who is there and whom to ask', async () => {
    await newcomer.page.goto('/demo/settings');
    await settled(newcomer.page);
    await newcomer.page.getByRole('table', { name: 'People' }).getByRole('row').filter({ hasText: people.editor }).waitFor();
    await newcomer.page.getByText('Ask somebody with the role admin.').last().waitFor();
    assert.equal(await newcomer.page.getByRole('button', { name: 'Let somebody in…' }).count(), 0);
  });
  await step(admin, 'an admin gives another role', async () => {
    await changes(admin.page, email, (dialog) => dialog.getByLabel('Role').selectOption('approver'), 'Save the change');
    await rowOf(admin.page, email).getByText('Approver').waitFor();
  });
  await step(admin, 'an admin shuts somebody out, whose session ends', async () => {
    await changes(admin.page, email, (dialog) => dialog.getByLabel('Signing in').selectOption('no'), 'Shut them out');
    await rowOf(admin.page, email).getByText('Shut out').waitFor();
    assert.equal((await newcomer.page.request.get('/api/v1/session')).status(), 401);
  });
  for (const colorScheme of ['dark', 'light']) {
    await step(admin, `settings are accessible at 320 px, ${colorScheme}`, async () => {
      await admin.page.emulateMedia({ colorScheme });
      await admin.page.setViewportSize({ width: 320, height: 900 });
      await assertReflows(admin.page);
      await assertAccessible(admin.page);
    });
  }
  await step(admin, 'no page complained in the console of the browser', async () => assert.deepEqual([...admin.noise, ...newcomer.noise], []));
  await newcomer.context.close();
  await admin.context.close();
}

const rowOf = (page, email) => page.getByRole('table', { name: 'People' }).getByRole('row').filter({ hasText: email });

async function letsIn(page, email) {
  await page.getByRole('button', { name: 'Let somebody in…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Role').selectOption('viewer');
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'Let them in' }).click();
  const given = await dialog.locator('code').textContent();
  await assertAccessible(page);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await dialog.waitFor({ state: 'detached' });
  await rowOf(page, email).getByText('Has a password to change').waitFor();
  assert.equal(await page.getByText(given).count(), 0, 'it is not shown again');
  return given;
}

async function choosesTheirOwn(page, given, own) {
  const [current, next] = [page.getByLabel('Password of now'), page.getByLabel('New password', { exact: true })];
  const change = page.getByRole('button', { name: 'Change your password' });
  await current.fill('not this one');
  await next.fill('short');
  await change.click();
  await page.getByText('The new password has at least 10 characters; this one has 5.').waitFor();
  await next.fill(own);
  await change.click();
  await page.getByText('This is not your password.').waitFor();
  assert.equal(await next.inputValue(), own, 'what was typed stays');
  await assertAccessible(page);
  await current.fill(given);
  await change.click();
  await page.getByRole('status').getByText(/^Your password is changed\./).waitFor();
  await page.getByText('Somebody else chose your password.').waitFor({ state: 'detached' });
}

async function changes(page, email, choose, act) {
  await rowOf(page, email).getByRole('button', { name: /^Change…/ }).click();
  const dialog = page.getByRole('dialog');
  await choose(dialog);
  await dialog.getByRole('button', { name: act }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** `change` is the address of a price change that the editor planned. */
export async function isToldOf({ browser, report, baseURL, people, password, change }) {
  const editor = await person(browser, { baseURL });
  const approver = await person(browser, { baseURL });
  const { page } = editor;
  const step = (what, act) => report.step(`notifications: ${what}`, act, page);
  const words = `Told by the browser test ${Date.now().toString(36)}`;
  const list = page.getByRole('dialog', { name: 'Notifications' });

  await step('what another person says about one’s price change is counted and listed', async () => {
    await signIn(approver.page, people.approver, password);
    const id = new URL(change).pathname.split('/').at(-1);
    const said = await approver.page.request.post(`/api/v1/price-changes/${id}/comments`, { data: { body: words }, headers: { origin: baseURL, 'idempotency-key': words.replaceAll(' ', '-') } });
    assert.equal(said.status(), 201, await said.text());
    await signIn(page, people.editor, password, { next: '/demo/rules' });
    await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).click();
    await list.getByRole('listitem').filter({ hasText: words }).getByText('Unread', { exact: true }).waitFor();
    await assertAccessible(page);
  });
  await step('Escape closes the list and gives the focus back', async () => {
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await isFocused(page.getByRole('button', { name: /^Notifications/ }), 'the bell');
  });
  await step('it leads to what was said', async () => {
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await list.getByRole('listitem').filter({ hasText: words }).getByRole('link').click();
    await page.waitForURL(/tab=discussion$/);
    await page.getByText(words, { exact: true }).first().waitFor();
  });
  await step('it is unread until one says that it is read, and stays read', async () => {
    await page.getByRole('button', { name: /^Notifications, \d+ unread$/ }).click();
    await list.getByRole('button', { name: 'Mark all as read' }).click();
    await list.getByText('All are read.').waitFor();
    await page.reload();
    await settled(page);
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
  });
  for (const colorScheme of ['dark', 'light']) {
    await step(`the list is accessible at 320 px, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 320, height: 900 });
      await page.reload();
      await settled(page);
      await assertReflows(page);
      await page.getByRole('button', { name: /^Notifications/ }).click();
      await list.getByRole('listitem').first().waitFor();
      await assertReflows(page);
      await assertAccessible(page);
    });
  }
  await step('no page complained in the console of the browser', async () => assert.deepEqual([...editor.noise, ...approver.noise], []));
  await editor.context.close();
  await approver.context.close();
}
