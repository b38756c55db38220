// `cargo xtask bench console`: the console of a running Calibr under Lighthouse, and a plan of 50,000 rows on a processor slowed
// down four times. Takes CALIBR_URL, CALIBR_PASSWORD and CALIBR_CHROMIUM; prints one line of JSON, and fails if a figure in it
// is over its limit.
import * as chromeLauncher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from '../../e2e/node_modules/playwright-core/index.mjs';
import { caller, planLarge } from '../../e2e/lib/large-plan.mjs';
import { measurePlan } from './plan.mjs';

const baseURL = process.env.CALIBR_URL;
const password = process.env.CALIBR_PASSWORD;
const rows = Number(process.argv[2] ?? 50_000);
const runs = Number(process.argv[3] ?? 3);
const EDITOR = 'editor@demo.test';
const FLAGS = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--no-first-run'];

/** What the figures are held against; CONSOLE's numbers. Scores must reach theirs, all others stay below. */
const limits = {
  performance: 0.9,
  accessibility: 1,
  best_practices: 0.95,
  first_rows_ms: 1_000,
  server_filter_ms_p95: 300,
  inp_ms_p75: 200,
  dom_nodes_max: 5_000,
  heap_mb: 120,
  row_bytes: 400,
};
/** Reads every uncompressed answer within a second or breaks off the whole page; it has no weight in the score. */
const SKIPPED = ['uses-text-compression'];
const scores = ['performance', 'accessibility', 'best_practices'];

const call = await caller(baseURL, EDITOR, password);
const change = await planLarge(call, 'demo', rows);
const changePage = `/demo/price-changes/${change.id}?tab=changes`;
const lighted = await lightAll();
const browser = await chromium.launch({ executablePath: process.env.CALIBR_CHROMIUM, args: FLAGS });
try {
  const context = await browser.newContext({ baseURL, viewport: { width: 1350, height: 940 }, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
  await signIn(context);
  const over = print(lighted, await measurePlan({ context, call, change, changePage }));
  // The line is out by then, also into a pipe: only what the process ends with is set.
  if (over.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
}

/** Lighthouse has a browser of its own, since two cannot both listen to what a page loads. */
async function lightAll() {
  const chrome = await chromeLauncher.launch({ chromePath: process.env.CALIBR_CHROMIUM, chromeFlags: FLAGS });
  try {
    const session = { cookie: call.cookie };
    return { login: await audited(chrome.port, '/login', {}), home: await audited(chrome.port, '/demo', session), plan: await audited(chrome.port, changePage, session) };
  } finally {
    await chrome.kill();
  }
}

async function signIn(context) {
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(EDITOR);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('main[data-ready]').waitFor();
  await page.close();
}

/** Medians over the runs. */
async function audited(port, path, extraHeaders) {
  const results = [];
  for (let run = 0; run < runs; run += 1) {
    const { lhr } = await lighthouse(new URL(path, baseURL).href, { port, extraHeaders, logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices'], skipAudits: SKIPPED }, desktopConfig);
    if (lhr.runtimeError) throw new Error(`Lighthouse on ${path}: ${lhr.runtimeError.message}`);
    const value = (name) => lhr.audits[name].numericValue;
    results.push({
      performance: lhr.categories.performance.score,
      accessibility: lhr.categories.accessibility.score,
      best_practices: lhr.categories['best-practices'].score,
      largest_paint_ms: value('largest-contentful-paint'),
      blocked_ms: value('total-blocking-time'),
      layout_shift: value('cumulative-layout-shift'),
      benchmark_index: lhr.environment.benchmarkIndex,
    });
  }
  return Object.fromEntries(Object.keys(results[0]).map((name) => [name, rounded(median(results.map((result) => result[name])))]));
}

/** Gives the names of what is over its limit. */
function print(lighted, plan) {
  const ratios = {};
  for (const score of scores) ratios[`${score}_ratio_to_limit`] = Math.min(...Object.values(lighted).map((page) => page[score])) / limits[score];
  for (const [name, limit] of Object.entries(limits)) if (!scores.includes(name)) ratios[`${name}_ratio_to_limit`] = plan[name] / limit;
  const over = Object.keys(limits).filter((name) => (scores.includes(name) ? ratios[`${name}_ratio_to_limit`] < 1 : ratios[`${name}_ratio_to_limit`] > 1));
  const shown = Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, rounded(ratio)]));
  console.log(JSON.stringify({ bench: 'console', rows, runs, cpu_slowdown: 4, lighthouse: lighted, plan, limits, ...shown, over }));
  return over;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function rounded(value) {
  return Math.round(value * 1_000) / 1_000;
}
