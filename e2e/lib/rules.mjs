// The rule builder: a rule made by mouse alone and by keyboard alone, faults on their fields, drafts, two people at one rule.
import assert from 'node:assert/strict';
import { assertAccessible, assertReflows } from './accessibility.mjs';
import { isFocused, person, settled, signIn } from './browser.mjs';

/** All steps, with people of their own. */
export async function walkRules(browser, { baseURL, people, password, report }) {
  const editor = await person(browser, { baseURL });
  const other = await person(browser, { baseURL });
  await signIn(editor.page, people.editor, password);
  await signIn(other.page, people.admin, password);
  const name = `Builder ${Date.now().toString(36)}`;
  const step = (what, act) => report.step(what, act, editor.page);
  let rule;

  await step('a rule is built by mouse alone', () => buildsByMouse(editor.page));
  await step('a rule is built by keyboard alone', async () => {
    rule = await buildsByKeyboard(editor.page, name);
  });
  await step('a fault stands on its field, in the fields and in the text', () => showsFaultsOnFields(editor.page, rule));
  await step('a draft survives a reload, is undone, and is thrown away when asked', () => keepsDrafts(editor.page, rule));
  await step('fields and text are one rule, comments included', () => isOneRule(editor.page, rule));
  await step('a test case fails and passes with the rule', () => runsTestCases(editor.page, rule));
  await step('of two people who write one rule the second sees theirs and mine', () => meetsAnotherWriter(editor.page, other.page, rule));
  await step('a rule tells its versions apart, its neighbours, and what refutes a claim', () => readsTheRule(editor.page, rule));
  await step('guardrails are set by fields, with a fault on its field', () => setsGuardrails(other.page));
  await step('a bad address of a rule is answered in words', () => answersBadAddresses(editor.page));
  await step('the builder fits a narrow window', () => fitsNarrow(browser, { baseURL, people, password, rule }));
  await step('the browser complained of nothing', async () => assert.deepEqual(editor.noise.filter((line) => !/status of (400|404|412|422)/.test(line)), []));
  await editor.context.close();
  await other.context.close();
}

const card = (page, name) => page.getByRole('region', { name, exact: true });

/** Every act is a click; the name comes from what the rule does. */
async function buildsByMouse(page) {
  await page.goto('/demo/rules/new');
  const when = card(page, 'When');
  await when.getByRole('combobox', { name: 'Tag' }).click();
  const first = when.getByRole('listbox', { name: 'Suggestions' }).getByRole('option').first();
  const tag = (await first.textContent()).trim();
  await first.click();
  await when.getByRole('button', { name: `Take ${tag} out` }).waitFor();
  const steps = card(page, 'Do');
  await steps.getByRole('button', { name: 'Add a step' }).click();
  await steps.getByRole('button', { name: 'Move step 2 up' }).click();
  await steps.getByRole('button', { name: 'Remove step 2' }).click();
  await page.getByRole('button', { name: 'Name it after what it does' }).click();
  await page.getByText(`For variants where a tag is ${tag}: take 10 % off, then round to a price ending in .99.`).waitFor();
  await page.getByText('Of the text as it stands').waitFor();
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Push the rule' }).click();
  // A second walk over the same shop says what the first one stored.
  await page.getByRole('heading', { level: 1, name: `Variants where a tag is ${tag}` }).or(page.getByText('already says exactly this')).waitFor();
}

/** Tab until something of this name has the focus. */
async function tabTo(page, name) {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused?.getAttribute('aria-label') ?? focused?.labels?.[0]?.textContent ?? focused?.textContent ?? '';
    });
    if (at.trim() === name) return;
  }
  assert.fail(`Tab does not reach “${name}”`);
}

async function buildsByKeyboard(page, name) {
  await page.goto('/demo/rules/new');
  await page.getByRole('heading', { level: 2, name: 'When' }).waitFor();
  await discardIfRestored(page);
  await tabTo(page, 'Name');
  await page.keyboard.type(name);
  await tabTo(page, 'Tag');
  await page.keyboard.type('tre');
  await page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { name: /^tre/ }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Add a condition');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Field of condition 2');
  await page.keyboard.type('Pri');
  await tabTo(page, 'Price in EUR');
  await page.keyboard.type('900');
  await tabTo(page, 'Percent to add; with a minus it cuts');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('-7');
  await page.getByText('and the price is below 900 EUR: take 7 % off').waitFor();
  await page.getByText('Of the text as it stands').waitFor();
  await page.getByText('Largest changes').waitFor();
  await page.keyboard.press('Home');
  await page.evaluate(() => document.body.focus());
  await tabTo(page, 'Push the rule');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  return page.url();
}

async function discardIfRestored(page) {
  const discard = page.getByRole('button', { name: 'Discard it' });
  if ((await discard.count()) > 0) await discard.click();
}

async function opens(page, rule, as = '') {
  await page.goto(`${rule}/edit${as}`);
  await settled(page);
}

const percent = (page) => page.getByRole('textbox', { name: 'Percent to add; with a minus it cuts' });

async function showsFaultsOnFields(page, rule) {
  await opens(page, rule);
  await percent(page).fill('seven');
  await page.getByText('1 fault to mend').waitFor();
  assert.equal(await percent(page).getAttribute('aria-invalid'), 'true');
  const described = await percent(page).evaluate((field) => (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent).join(' '));
  assert.match(described, /`seven` is not a decimal number/);
  assert.equal(await page.getByRole('button', { name: 'Push the rule' }).getAttribute('aria-disabled'), 'true');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'step 1, percent' }).click();
  await isFocused(percent(page), 'the field that the fault leads to');
  await page.getByRole('link', { name: 'YAML' }).click();
  await page.getByRole('button', { name: /^line \d+$/ }).waitFor();
  assert.match(await page.getByRole('textbox', { name: 'Rule as YAML' }).inputValue(), /percent: seven/);
  await page.getByRole('link', { name: 'Fields' }).click();
  await percent(page).fill('-7');
  await page.getByText('Valid', { exact: true }).waitFor();
}

async function keepsDrafts(page, rule) {
  await opens(page, rule);
  await page.getByLabel('Never below').fill('5');
  await page.getByText('Never below 5 EUR').waitFor();
  await page.reload();
  await page.getByText('Your unpushed text was kept.').waitFor();
  assert.equal(await page.getByLabel('Never below').inputValue(), '5');
  await page.getByLabel('Never above').fill('900');
  await page.getByRole('button', { name: 'Undo the last change' }).click();
  assert.equal(await page.getByLabel('Never above').inputValue(), '');
  await page.getByRole('button', { name: 'Redo the change' }).click();
  assert.equal(await page.getByLabel('Never above').inputValue(), '900');
  await page.reload();
  await page.getByRole('button', { name: 'Discard it' }).click();
  assert.equal(await page.getByLabel('Never below').inputValue(), '');
}

async function isOneRule(page, rule) {
  await opens(page, rule, '?as=yaml');
  const text = page.getByRole('textbox', { name: 'Rule as YAML' });
  const stored = await text.inputValue();
  await text.fill(`# Agreed with the buyers\n${stored}`);
  await page.getByRole('link', { name: 'Fields' }).click();
  await percent(page).fill('-8.50');
  await page.getByText('take 8.50 % off').waitFor();
  await page.getByRole('link', { name: 'YAML' }).click();
  const written = await text.inputValue();
  assert.match(written, /^# Agreed with the buyers\n/, 'a comment outlives an edit by field');
  assert.match(written, /percent: -8\.50$/m, 'digits stay as typed');
  await text.fill('select: [');
  await page.getByRole('link', { name: 'Fields' }).click();
  await page.getByRole('heading', { name: 'The fields cannot be shown' }).waitFor();
  await page.getByRole('button', { name: 'Mend it in the text' }).click();
  await text.fill(stored);
  await page.getByText('The text says exactly what is stored.').waitFor();
}

async function runsTestCases(page, rule) {
  await opens(page, rule);
  const tests = card(page, 'Test cases');
  await tests.getByRole('button', { name: 'Add a test case' }).click();
  await tests.getByLabel('Price', { exact: true }).fill('100');
  await tests.getByRole('combobox', { name: 'Tags of test 1' }).fill('trekking,');
  await tests.getByLabel('Expected price').fill('80');
  await tests.getByText('price: expected 80.00 EUR, found 92.99 EUR').waitFor();
  await tests.getByText('Failed', { exact: true }).waitFor();
  await tests.getByLabel('Expected price').fill('92.99');
  await tests.getByText('Passed', { exact: true }).waitFor();
  await assertAccessible(page);
  await tests.getByRole('button', { name: 'Remove test 1' }).click();
  await page.getByText('The text says exactly what is stored.').waitFor();
}

/** The other person pushes first, twice: once mine is laid over theirs, once theirs is kept. */
async function meetsAnotherWriter(page, other, rule) {
  for (const [round, keep] of [['over', false], ['under', true]]) {
    await opens(page, rule);
    await percent(page).fill(keep ? '-9' : '-8');
    await page.getByText('Of the text as it stands').waitFor();
    await opens(other, rule);
    await other.getByLabel('What it is for (optional)').fill(`Pushed ${round} the other`);
    await other.getByText('Of the text as it stands').waitFor();
    await other.getByRole('button', { name: 'Push the rule' }).click();
    await other.getByRole('heading', { level: 2, name: 'Document' }).waitFor();

    await page.getByRole('button', { name: 'Push the rule' }).click();
    const conflict = page.getByRole('region', { name: /^The rule was changed: v\d+$/ });
    await conflict.getByText(`description: Pushed ${round} the other`).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Push the rule' }).getAttribute('aria-disabled'), 'true');
    await assertAccessible(page);
    if (keep) {
      await conflict.getByRole('button', { name: 'Keep theirs and drop mine' }).click();
      await page.getByText('The text says exactly what is stored.').waitFor();
      assert.equal(await percent(page).inputValue(), '-8');
    } else {
      await conflict.getByRole('button', { name: /^Re-apply mine over v\d+$/ }).click();
      await page.getByRole('button', { name: 'Push the rule' }).click();
      await page.getByRole('heading', { level: 2, name: 'Document' }).waitFor();
      await page.getByText('v3', { exact: true }).first().waitFor();
    }
  }
}

async function readsTheRule(page, rule) {
  await page.goto(`${rule}?from=1&to=3`);
  const compared = page.getByRole('region', { name: 'From v1 to v3' });
  const step = compared.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'step 1' }) });
  await step.getByText('take 7 % off').waitFor();
  await step.getByText('take 8 % off').waitFor();
  await card(page, 'Among the other rules').getByText(/^Selects \d+ variants?/).waitFor();
  const prove = card(page, 'Prove');
  await prove.getByLabel('No price is ever written that is').selectOption('ceiling');
  await prove.getByLabel('Amount in EUR').fill('200');
  await prove.getByRole('button', { name: 'Prove it' }).click();
  await prove.getByText(/^Refuted: /).waitFor();
  await prove.getByRole('figure').getByText('price written').waitFor();
  await prove.getByRole('button', { name: 'Show as table' }).click();
  await prove.getByRole('rowheader', { name: 'ceiling' }).waitFor();
  await assertAccessible(page);
  await page.goto('/demo/rules');
  await page.getByRole('columnheader', { name: 'Takes part on' }).waitFor();
}

/** Set to “off”, so that no other step meets it, and taken out again. */
async function setsGuardrails(page) {
  await page.goto('/demo/guardrails/edit');
  const margin = page.getByRole('group', { name: 'Minimum margin' });
  await margin.getByRole('checkbox').check();
  await margin.getByLabel('Margin at least').fill('200');
  await page.getByText('/minimum_margin/percent').waitFor();
  assert.equal(await margin.getByLabel('Margin at least').getAttribute('aria-invalid'), 'true');
  await assertAccessible(page);
  await margin.getByLabel('Margin at least').fill('20');
  await margin.getByLabel('Mode').selectOption('off');
  await page.getByText('Valid', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Push the guardrails' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guardrails', exact: true }).waitFor();
  await page.getByRole('row').filter({ hasText: 'minimum_margin' }).getByText('This project').waitFor();
  await page.goto('/demo/guardrails/edit');
  await margin.getByRole('checkbox').uncheck();
  await page.getByText('Valid', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Push the guardrails' }).click();
  await page.getByRole('heading', { level: 1, name: 'Guardrails', exact: true }).waitFor();
  await page.getByText(/^Not set, and stopping nothing:.*Minimum margin/).waitFor();
}

async function answersBadAddresses(page) {
  await page.goto('/demo/rules/rul_nonsense/edit');
  await page.getByRole('alert').getByText(/There is no/).waitFor();
  await page.goto('/demo/rules/check?rules=,%zz,rul_nonsense');
  await page.getByRole('alert').first().waitFor();
  await page.goto('/demo/rules/new?as=%E0%A4%A&x=1');
  await page.getByRole('heading', { level: 2, name: 'When' }).waitFor();
}

async function fitsNarrow(browser, { baseURL, people, password, rule }) {
  for (const colorScheme of ['light', 'dark']) {
    const reader = await person(browser, { baseURL, width: 320, colorScheme });
    await signIn(reader.page, people.editor, password);
    await reader.page.goto(`${rule}/edit`);
    await settled(reader.page);
    await reader.page.getByRole('button', { name: 'Add a group' }).click();
    await reader.page.getByRole('button', { name: 'Add a test case' }).click();
    await assertReflows(reader.page);
    await assertAccessible(reader.page);
    await reader.context.close();
  }
}
