// The browser journey: a server of its own is set up, then with a running Calibr and its demo rule → plan → approve → apply →
// roll back, then every page under axe in both themes and three widths. Takes CALIBR_URL, CALIBR_PASSWORD, the demo's shop as
// CALIBR_SHOP, the programs of a server and of a simulated shop as CALIBR_PROGRAM and CALIBR_SIM and, if there is no Chromium in
// PATH, CALIBR_CHROMIUM; CALIBR_SLOW=3 walks as on a machine of a third of the speed.
import assert from 'node:assert/strict';
import { assertAccessible } from './lib/accessibility.mjs';
import { answersFaults } from './lib/answers.mjs';
import { launch, person, signIn } from './lib/browser.mjs';
import { worksInTheCatalogue } from './lib/catalog.mjs';
import { looksEverywhere } from './lib/everywhere.mjs';
import { checksTheFrame } from './lib/frame.mjs';
import { pausesAndResumes, startsApplying, stops } from './lib/holding.mjs';
import * as journey from './lib/journey.mjs';
import { worksByKeys } from './lib/keyboard.mjs';
import { checksRunning } from './lib/ops.mjs';
import { isToldOf, managesPeople } from './lib/people.mjs';
import { answersFromTheInbox, choosesRows, followsABar, groupsRows, isTalkedAbout, looksAtMargins, readsRowsByKeys, seesWhatMoved } from './lib/price-change.mjs';
import { Report } from './lib/report.mjs';
import { outlivesTheServer } from './lib/restart.mjs';
import { walkRules } from './lib/rules.mjs';
import { schedulesAndCallsOff } from './lib/scheduling.mjs';
import { copiesAList, walksALongTable } from './lib/tables.mjs';
import { changesSettings } from './lib/settings.mjs';
import { setsUp } from './lib/setup.mjs';
import { weather, weathered, withASlowShop } from './lib/shop.mjs';
import { followsTheTour } from './lib/tour.mjs';
import * as waivers from './lib/waivers.mjs';
import { meetsTheRest } from './lib/wcag.mjs';

const baseURL = process.env.CALIBR_URL ?? 'http://127.0.0.1:7400';
const password = process.env.CALIBR_PASSWORD;
const shop = process.env.CALIBR_SHOP;
if (!password || !shop) {
  console.error('CALIBR_PASSWORD or CALIBR_SHOP is not set: give the password and the address of the simulated shop that `calibr up` prints.');
  process.exit(2);
}
const people = { editor: 'editor@demo.test', approver: 'approver@demo.test', viewer: 'viewer@demo.test', admin: 'admin@demo.test' };

/** The twelve journeys by their numbers; every other step stands beside them. */
const journeys = [
  'A server is set up and products are imported',
  'The guided tour',
  'From a rule to a roll back',
  'A run is held and stopped',
  'A guardrail stops, and waivers let pass',
  'A review is answered from the inbox',
  'A run ends partly, and is tried again',
  'A first wave is watched and stopped',
  'A drift is found and put back',
  'The audit is verified',
  'Everything by keys alone',
  'The server restarts in the middle of a run',
];

const report = new Report(journeys);
const browser = await launch();
try {
  report.journey(1);
  await setsUp({ browser, report });
  await weather(shop);
  report.journey(2);
  await followsTheTour({ browser, report, baseURL, people, password });
  const met = await walk();
  await worksInTheCatalogue({ browser, report, baseURL, people, password });
  const places = await looksEverywhere({ browser, report, baseURL, people, password, places: met });
  await checksRunning({ browser, report, baseURL, people, password, shop });
  await answersFaults({ browser, report, baseURL, people, password, shop, places });
  await checksTheFrame({ browser, report, baseURL, people, password, places });
  await changesSettings({ browser, report, baseURL, people, password });
  await managesPeople({ browser, report, baseURL, people, password });
  report.journey(6);
  await isToldOf({ browser, report, baseURL, people, password, change: places.change });
  report.journey();
  await meetsTheRest({ browser, report, baseURL, people, password, places });
  report.journey(11);
  await worksByKeys({ browser, report, baseURL, people, password });
  report.journey();
  await walkRules(browser, { baseURL, people, password, report });
  await report.step('the shop had its bad weather', () => hadItsWeather());
  report.journey(12);
  await outlivesTheServer({ browser, report, baseURL, people, password, shop });
} finally {
  await browser.close();
}
process.exit(report.close());

/** The journey. Gives the addresses it came by. */
async function walk() {
  const editor = await person(browser, { baseURL });
  const approver = await person(browser, { baseURL });
  const name = `Browser journey ${Date.now().toString(36)}`;
  const at = {};
  let before;
  const step = (who, what, act) => report.step(what, act, who.page);

  report.journey(3);
  await step(editor, 'a wrong password is refused and what was typed is kept', () => journey.refusesAWrongPassword(editor.page, people.editor));
  await step(editor, 'signing in leads to the page that was asked for', () => journey.signsInToThePageAskedFor(editor.page, people.editor, password));
  await step(editor, 'the editor writes a rule, mends its fault, sees a preview, pushes it', async () => {
    before = await journey.allPrices(editor.page);
    assert.ok(before.length > 0, 'the demo has a catalogue');
    at.rule = await journey.pushesARule(editor.page, name);
  });
  await step(editor, 'a changed text is held against what is stored', () => journey.comparesWithWhatIsStored(editor.page, at.rule));
  await step(editor, 'the editor plans a price change with it', async () => {
    at.change = await journey.plansAPriceChange(editor.page, name);
  });
  await step(editor, 'the author may not approve it, and is told why', () => journey.mayNotApproveTheirOwn(editor.page));
  await step(editor, 'each row tells why', () => journey.readsWhy(editor.page));
  await step(editor, 'rows are read by keys, each with the way of its price', () => readsRowsByKeys(editor.page, at.change));
  await step(editor, 'a bar of the histogram leads to its rows', () => followsABar(editor.page, at.change));
  await step(editor, 'rows stand in groups, and a group leads to its rows', () => groupsRows(editor.page, at.change));
  await step(editor, 'margins stand in a picture, and a stretch of them leads to its rows', () => looksAtMargins(editor.page, at.change));
  await step(editor, 'rows are chosen by keys', () => choosesRows(editor.page, at.change));
  await step(approver, 'it is talked about before it is decided', async () => {
    await signIn(approver.page, people.approver, password);
    await isTalkedAbout(editor.page, approver.page, at.change);
  });
  await step(approver, 'another person approves it', async () => {
    await journey.approves(approver.page, at.change, 'Read by the browser test');
  });
  await step(approver, 'it is scheduled for a time to come, seen, and called off', () => schedulesAndCallsOff(approver.page, at.change, 'Too early'));
  await step(approver, 'applying types the count and follows the run live to its end', async () => {
    await approver.page.goto(at.change);
    at.run = await journey.appliesAndFollows(approver.page);
  });
  await step(approver, 'every changed price is explained', () => journey.explainsThePrice(approver.page, name));
  await step(approver, 'prices have changed', async () => assert.notDeepEqual(await journey.allPrices(approver.page), before));
  await step(approver, 'rolling back gives every price of before', async () => {
    at.rollBack = await journey.rollsBack(approver.page, at.change);
    assert.deepEqual(await journey.allPrices(approver.page), before);
  });
  await step(approver, 'the audit has it all', () => journey.findsItInTheAudit(approver.page, at.change));
  report.journey(4);
  await step(approver, 'a run is held, goes on and is stopped, and what it wrote is rolled back', async () => {
    await editor.page.goto(at.rule);
    const held = await journey.plansAPriceChange(editor.page, `${name}, held`);
    await journey.approves(approver.page, held, 'To be stopped by the browser test');
    await withASlowShop(shop, async () => {
      const count = await startsApplying(approver.page);
      await pausesAndResumes(approver.page, 'The phones ring');
      await stops(approver.page, count, 'They ring again');
    });
    await journey.rollsBack(approver.page, held);
    assert.deepEqual(await journey.allPrices(approver.page), before);
  });
  report.journey(5);
  await step(editor, 'a guardrail speaks in the preview and in the plan, and its rows are one click away', async () => {
    at.stopped = await waivers.meetsAGuardrail(editor.page, `${name}, bold`);
  });
  await step(editor, 'waivers are asked for with a reason, and not approved by who asked', () => waivers.requestsWaivers(editor.page, at.stopped, name));
  await step(approver, 'another person approves the waivers', () => waivers.approvesWaivers(approver.page, name));
  await step(editor, 'what was stopped is planned under the waivers, and says so', async () => {
    at.waived = await waivers.plansOnceMore(editor.page, at.stopped, `${name}, waived`);
    at.waivedRow = await waivers.seesWaivedRows(editor.page, at.stopped, at.waived);
  });
  await step(approver, 'it is applied to the shop, and taken back', async () => {
    await waivers.appliesWhatIsWaived(approver.page, at.waived, at.waivedRow, shop);
    assert.deepEqual(await journey.allPrices(approver.page), before);
  });
  await step(approver, 'the waivers are ended', () => waivers.endsWaivers(approver.page, name));
  await step(editor, 'without them the same is stopped again', async () => {
    at.again = await waivers.plansOnceMore(editor.page, at.stopped, `${name}, not waived`);
    await waivers.isStoppedAgain(editor.page, at.again, at.waivedRow);
  });
  await step(editor, 'what a guardrail stops is left out of a new plan, which takes the place of the old one', async () => {
    at.without = await waivers.leavesOutWhatIsStopped(editor.page, at.again);
  });
  report.journey(6);
  await step(approver, 'what waits is answered from the inbox', async () => {
    await editor.page.goto(at.rule);
    await journey.plansAPriceChange(editor.page, `${name}, answered`);
    await answersFromTheInbox(editor.page, approver.page, `${name}, answered`);
  });
  report.journey();
  await step(editor, 'a plan that prices moved under shows which', () => seesWhatMoved(editor.page, `${name}, moved`));
  await step(approver, 'the admin mends a fault of the guardrails and pushes them', () => adminSetsGuardrails());
  await step(approver, 'of two admins who change the guardrails the second sees theirs and mine', () => adminsMeet());
  await step(editor, 'a table longer than the screen is walked by keys to its end', () => walksALongTable(editor.page));
  await step(editor, 'a filtered list is copied as a call of the API', () => copiesAList(editor.page));
  await step(editor, 'a session that ends asks for the password over the page and keeps what was typed', () => journey.signsInAgainOverThePage(editor.page, password));
  await step(approver, 'a reader is told which right is missing', () => readerIsTold());
  await step(approver, 'no page complained in the console of the browser', async () => assert.deepEqual([...editor.noise, ...approver.noise], []));

  at.variant = before?.[0] && `/demo/catalog/${before[0].id}`;
  await editor.context.close();
  await approver.context.close();
  return at;
}

/** What was asked of the shop did happen, or the journey was a walk in the sun. */
async function hadItsWeather() {
  const met = await weathered(shop);
  for (const name of ['timeout_after_commit of a mutation', 'http_error_before_commit of a query', 'throttle of a ']) {
    assert.ok([...met.keys()].some((key) => key.startsWith(name)), `${name}: ${JSON.stringify([...met])}`);
  }
}

async function readerIsTold() {
  const viewer = await person(browser, { baseURL });
  await signIn(viewer.page, people.viewer, password);
  await viewer.page.goto('/demo/rules');
  await viewer.page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
  await viewer.page.getByText('You can read rules but not write them. Ask somebody with the role editor.').waitFor();
  assert.equal(await viewer.page.getByRole('link', { name: 'New rule' }).count(), 0, 'a reader is not offered to write rules');
  await viewer.context.close();
}

async function adminsMeet() {
  const [one, other] = [await person(browser, { baseURL }), await person(browser, { baseURL })];
  await Promise.all([one, other].map(({ page }) => signIn(page, people.admin, password, { next: '/demo/guardrails/edit?as=yaml' })));
  await journey.meetsAnotherAdmin(one.page, other.page);
  await assertAccessible(other.page);
  for (const { context } of [one, other]) await context.close();
}

/** One percent more or less each time, so that there is always something to push. */
async function adminSetsGuardrails() {
  const admin = await person(browser, { baseURL });
  await signIn(admin.page, people.admin, password, { next: '/demo/guardrails/edit?as=yaml' });
  await journey.readsItsFaults(admin.page);
  await assertAccessible(admin.page);
  const versions = await (await admin.page.request.get('/api/v1/guardrails/versions?project=demo')).json();
  await journey.pushesGuardrails(admin.page, versions.data.length % 2 === 0 ? 49 : 50);
  assert.deepEqual(admin.noise, []);
  await admin.context.close();
}
