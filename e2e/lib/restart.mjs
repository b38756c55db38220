// The server is killed in the middle of a run that somebody looks at, and started again: the page stays, says what it knows,
// goes on by itself, and at no moment shows a row twice or loses one.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { person, runIsOver, settled, signIn } from './browser.mjs';
import { api, applies, approvedChange, goesBack } from './ops.mjs';
import { priceInShop, SLOW, weather } from './shop.mjs';

/** While a server is away the browser itself says so of every request. */
const AWAY = /ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|NETWORK_CHANGED)/;

export async function outlivesTheServer({ browser, report, baseURL, people, password, shop }) {
  const door = process.env.CALIBR_DOOR;
  if (!door && !process.env.CI) {
    report.leftOut('the server is killed and started again (CALIBR_DOOR is not set; `cargo xtask test` sets it)');
    return;
  }
  const editor = await person(browser, { baseURL });
  const approver = await person(browser, { baseURL });
  await signIn(editor.page, people.editor, password);
  await signIn(approver.page, people.approver, password);
  const { page } = approver;
  let total;
  /** Where the shop is after the restart. */
  let again;

  await report.step('a run is watched with all of its rows', async () => {
    const change = await approvedChange(editor.page, page, '-3');
    await weather(shop, SLOW);
    await applies(page, change);
    total = await showsAllRows(page);
    await watchesRows(page, total);
    await page.getByRole('button', { name: /^Applied [\d,]+$/ }).waitFor();
    await atTheDoor(door, 'kill');
    await page.getByText(/Not live\./).waitFor();
    assert.equal(await rowsOf(page).count(), total, 'what is known stays while the server is away');
  }, page);
  await report.step('the run goes on over the restart, and no row was ever doubled or dropped', async () => {
    again = await atTheDoor(door, 'start');
    await weather(again);
    await runIsOver(page);
    assert.deepEqual(await page.evaluate(() => window.rowFaults), [], 'at every moment each row was there once');
    assert.equal(await rowsOf(page).count(), total);
    await agreesWithTheRun(page, total);
  }, page);
  await report.step('prices are written after the restart, and come to the shop', async () => {
    const change = await approvedChange(editor.page, page, '-2');
    const rows = await api(page, 'GET', `/price-changes/${change.split('/').at(-1)}/rows?outcome=cut&limit=1`);
    const [row] = rows.data;
    assert.equal(await priceInShop(again, row.sku), row.before.amount);
    await applies(page, change);
    await runIsOver(page);
    assert.equal(await priceInShop(again, row.sku), row.after.amount, 'the shop has the new price');
    await goesBack(page);
    assert.equal(await priceInShop(again, row.sku), row.before.amount, 'and the one of before, once it is taken back');
  }, page);
  await report.step('nothing but the absence itself was complained about', async () => {
    assert.deepEqual([...editor.noise, ...approver.noise].filter((line) => !AWAY.test(line)), []);
  });
  await editor.context.close();
  await approver.context.close();
}

/** Says a word to who keeps the server, and gives the answer. */
function atTheDoor(door, word) {
  const [host, port] = door.split(':');
  return new Promise((resolve, reject) => {
    let said = '';
    const line = connect({ host, port: Number(port) }, () => line.write(`${word}\n`));
    line.setEncoding('utf8').on('data', (text) => (said += text)).on('error', reject);
    line.on('end', () => (said.startsWith('failed') || !said ? reject(new Error(said || 'nobody answered at the door')) : resolve(said.trim())));
  });
}

/** Loads every page of the list; gives the number of rows. */
async function showsAllRows(page) {
  await settled(page);
  const { total } = await api(page, 'GET', `/runs/${runOf(page)}`);
  const rows = rowsOf(page);
  await rows.first().waitFor();
  for (let shown = await rows.count(); shown < total; shown = await rows.count()) {
    await page.getByRole('button', { name: /^Load more/ }).click();
    await rows.nth(shown).waitFor();
  }
  assert.ok(total > 100, 'the rows come in several pages');
  return total;
}

/** From now on the page itself notes whenever a row is missing or there twice, and that it was never loaded anew. */
async function watchesRows(page, total) {
  await page.evaluate((count) => {
    window.rowFaults = [];
    const look = () => {
      const table = [...document.querySelectorAll('table')].find(({ caption }) => caption?.textContent === 'Prices of this run');
      const rows = [...(table?.tBodies[0]?.rows ?? [])].map((row) => row.querySelector('th a')?.getAttribute('href'));
      const different = new Set(rows).size;
      if (rows.length !== count || different !== count) window.rowFaults.push(`${rows.length} rows of ${different} prices instead of ${count}`);
    };
    look();
    new MutationObserver(look).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
  }, total);
}

/** The chips, the rows and the API tell the same of how many prices ended how. */
async function agreesWithTheRun(page, total) {
  const { counts } = await api(page, 'GET', `/runs/${runOf(page)}`);
  const { verified, ...states } = counts;
  assert.equal(Object.values(states).reduce((sum, count) => sum + count, 0), total);
  assert.ok(verified <= counts.applied, 'what was read back was applied');
  assert.equal(counts.queued + counts.applying, 0, 'nothing is left over');
  for (const [state, word] of [['applied', 'Applied'], ['conflict', 'Conflict'], ['failed', 'Failed']]) {
    const rows = await rowsOf(page).filter({ has: page.getByText(word, { exact: true }) }).count();
    assert.equal(rows, counts[state] ?? 0, `rows that say ${word}`);
  }
}

const rowsOf = (page) => page.getByRole('table', { name: 'Prices of this run' }).locator('tbody tr');
const runOf = (page) => new URL(page.url()).pathname.split('/').at(-1);
