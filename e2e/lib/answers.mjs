// Bad input and faults: what each screen answers to an address edited by hand, to somebody without the right, to each refusal
// of the server, to silence, to another person at the same thing and to a clock elsewhere; and that nothing typed is lost.
// The server is the real one and refuses by itself, but for 428, 429 and 503, which it has no reason to give here.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';
import { person, settled, signIn } from './browser.mjs';
import { approvedChange, plannedChange } from './ops.mjs';
import * as refusals from './refusals.mjs';
import { elsewhere } from './zones.mjs';

export async function answersFaults({ browser, report, baseURL, people, password, shop, places }) {
  const as = async (email) => {
    const one = await person(browser, { baseURL });
    await signIn(one.page, email, password);
    return one;
  };
  const [viewer, editor, approver, admin] = [await as(people.viewer), await as(people.editor), await as(people.approver), await as(people.admin)];
  const step = (who, what, act) => report.step(`answers: ${what}`, act, who.page);

  for (const [address, says] of unknownFilters(places)) {
    await step(admin, `a filter edited by hand, ${short(address)}`, () => clearsAnUnknownFilter(admin.page, address, says));
  }
  await step(admin, 'a part or an outcome that there is none of shows what there is', () => passesOverUnknownParts(admin.page, places.change));
  for (const [address, what] of strangers) {
    await step(admin, `an id of elsewhere, ${short(address)}`, () => saysWhatTheIdNames(admin.page, address, what));
  }
  for (const [address, says] of rightsMissing(places)) {
    await step(viewer, `a reader at ${short(address)}`, () => saysWhoMay(viewer.page, address, says));
  }
  await step(viewer, 'a reader may try a rule, is told who can push it, and refused all the same', () => refusals.refusesTheReader(viewer.page));
  await step(admin, 'a role that is taken away while somebody writes: refused, kept, pushed when it is given back', () => refusals.losesTheRole(browser, admin.page, { baseURL }));
  for (const refusal of refusals.passing) {
    await step(editor, `${refusal.status} to a comment, a plan and a rule: said, kept, and done when it passes`, () => refusals.passes(editor.page, places.change, refusal));
  }
  await step(editor, 'a list that is refused says so, keeps its rows and comes back', () => refusals.keepsRows(editor.page));
  await step(editor, 'an answer that is lost: not known, kept, and done once when tried again', () => refusals.losesTheAnswer(editor.page, places.change));
  await step(approver, 'of two who decide at once the second is told, and shown what it is now', async () => refusals.decidesTooLate(approver.page, admin.page, await plannedChange(editor.page, '-1')));
  await step(approver, 'of two who apply at once the second is told, and nothing is written twice', async () => refusals.appliesTooLate(editor.page, approver.page, shop, await approvedChange(editor.page, approver.page, '-1')));
  await step(approver, 'a stream that is lost is said, what is on screen stays, and it is live again', () => refusals.losesTheStream(editor.page, approver.page, shop));
  await step(editor, 'a clock elsewhere reads the times of the shop', () => elsewhere(browser, { baseURL, email: people.approver, password, change: places.change }));
  await step(admin, 'no page complained but of what was refused', () => assert.deepEqual([...viewer.noise, ...editor.noise, ...approver.noise, ...admin.noise].filter((line) => !/status of 4\d\d|status of 503|ERR_FAILED/.test(line)), []));
  for (const one of [viewer, editor, approver, admin]) await one.context.close();
}

const short = (address) => address.replace(/^https?:\/\/[^/]+/, '').replace(/_[0-9a-z]{20,}/g, '_…');

/** Filters that the server does not know, and its words for each. */
function unknownFilters({ change, run }) {
  return [
    ['/demo/price-changes?state=flying', '`flying` is not a value of `state`.'],
    ['/demo/drift?state=banana', '`banana` is not a value of `state`.'],
    ['/demo/jobs?state=tired', '`tired` is not a value of `state`.'],
    ['/demo/events/dead-letters?state=lost', '`lost` is not a value of `state`.'],
    ['/demo/audit?from=yesterday', /The query does not fit/],
    [`${change}?tab=changes&delta_pct[gte]=many`, /is a percentage such as/],
    [`${run}?state=blue`, '`blue` is not a value of `state`.'],
  ];
}

/** The refusal is in the server's words, trying again is not offered, and clearing leads to rows. */
async function clearsAnUnknownFilter(page, address, says) {
  await page.goto(address);
  const alert = page.getByRole('main').getByRole('alert');
  await alert.getByText(says).first().waitFor();
  await alert.getByText('A filter in the address of this page is not one that Calibr knows.').waitFor();
  assert.equal(await alert.getByRole('button', { name: 'Try again' }).count(), 0, 'asking again would change nothing');
  await assertAccessible(page);
  const before = page.url();
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).first().click();
  await page.waitForURL((now) => now.href !== before);
  await alert.waitFor({ state: 'detached' });
}

async function passesOverUnknownParts(page, change) {
  await page.goto(`${change}?tab=nowhere`);
  await page.getByRole('heading', { level: 2, name: /^(Can this be applied\?|What became of it)$/ }).waitFor();
  await page.goto(`${change}?tab=changes&outcome=banana,%zz&row=nonsense`);
  await page.getByRole('table', { name: /^Rows of the plan/ }).locator('tbody').getByRole('link').first().waitFor();
  await page.getByRole('dialog').waitFor();
  await assertAccessible(page);
}

/** The server answers for a thing of another organisation as for one that there is not. */
const stranger = '01aaaaaaaaaaaaaaaaaaaaaaaa';
const strangers = [
  [`/demo/catalog/var_${stranger}`, 'a variant'],
  [`/demo/connectors/chn_${stranger}`, 'a connected shop'],
  [`/demo/price-changes/pch_${stranger}`, 'a price change'],
  [`/demo/rules/rul_${stranger}`, 'a rule'],
  [`/demo/rules/rul_${stranger}/edit`, 'a rule'],
  [`/demo/runs/run_${stranger}`, 'a run'],
  [`/demo/runs/run_${stranger}/rollback`, 'a run'],
  [`/demo/webhooks/whk_${stranger}`, 'a webhook'],
];

async function saysWhatTheIdNames(page, address, what) {
  await page.goto(address);
  await page.getByRole('main').getByText(`has the form of the id of ${what}. It may belong to another organisation, or a part of it may be missing.`).first().waitFor();
  await assertAccessible(page);
}

/** Who may help, on every screen that has acts. */
function rightsMissing({ change, stopped, rule, channel, webhook }) {
  return [
    ['/demo/rules', 'You can read rules but not write them. Ask somebody with the role editor.'],
    ['/demo/rules/new', 'You can read rules but not write them. Ask somebody with the role editor.'],
    [rule, 'You can read rules but not change or run them. Ask somebody with the role editor.'],
    ['/demo/guardrails', 'You can read guardrails but not change them. Ask somebody with the role admin.'],
    ['/demo/guardrails/edit', 'You can read guardrails but not change them. Ask somebody with the role admin.'],
    ['/demo/price-changes', 'You can read price changes but not plan them. Ask somebody with the role editor.'],
    ['/demo/price-changes/new', 'You can read price changes but not plan them. Ask somebody with the role editor.'],
    [stopped, 'You can read price changes but not approve them. Ask somebody with the role approver.'],
    [`${change}?tab=discussion`, 'You can read the discussion but not take part in it. Ask somebody with the role editor.'],
    ['/demo/drift', 'You can read what happens about drift but not change it. Ask somebody with the role admin.'],
    ['/demo/connectors', 'You can read connections but not make one. Ask somebody with the role admin.'],
    [`/demo/connectors/${channel}`, 'You can read this shop but not have its catalogue read. Ask somebody with the role editor.'],
    ['/demo/events/replays', 'You can read replays but not ask for one. Ask somebody with the role admin.'],
    ['/demo/webhooks', 'You can read webhooks but not add one. Ask somebody with the role admin.'],
    [`/demo/webhooks/${webhook}`, 'You can read webhooks but not change them. Ask somebody with the role admin.'],
    ['/demo/settings', 'You can read the project’s settings but not change them. Ask somebody with the role admin.'],
  ];
}

async function saysWhoMay(page, address, says) {
  await page.goto(address);
  await page.getByText(says).first().waitFor();
  await settled(page);
  await assertAccessible(page);
}
