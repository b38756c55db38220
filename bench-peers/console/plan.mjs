// What a person does with a plan of many rows, on a processor slowed down four times: read, walk, scroll, filter, open traces.

const CPU_SLOWDOWN = 4;
const FIRST_ROWS_ROUNDS = 7;
const FILTERS = ['tent 99', 'jacket', 'LARGE-0499', 'no such thing', 'boots 123'];

/** Milliseconds, counts and megabytes under the names of the limits. */
export async function measurePlan({ context, call, change, changePage }) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.addInitScript(watchInteractions);
  const firstRowsMs = await firstRows(page, changePage);
  const seen = { nodes: 0 };
  const look = async () => {
    seen.nodes = Math.max(seen.nodes, await page.evaluate(() => document.querySelectorAll('*').length));
  };
  await walk(page, look);
  const scrolled = await scroll(page, look);
  await filter(page, look);
  const traceOpenMs = await openTraces(page, look);
  await toTheEnd(page, change.impact.counts, look);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const interactions = await page.evaluate(() => [...window.interactions.values()]);
  await page.close();
  return {
    first_rows_ms: Math.round(quantile(firstRowsMs, 0.5)),
    ...(await server(call, change)),
    inp_ms_p75: Math.round(quantile(interactions, 0.75)),
    inp_ms_max: Math.round(Math.max(...interactions)),
    interactions: interactions.length,
    frame_ms_p95: Math.round(quantile(scrolled, 0.95)),
    trace_open_ms: Math.round(quantile(traceOpenMs, 0.5)),
    dom_nodes_max: seen.nodes,
    heap_mb: Math.round(usedSize / 1e5) / 10,
  };
}

/** The longest event of every interaction, as the browser itself measures it up to the next paint. */
function watchInteractions() {
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const event of list.getEntries()) {
      if (event.interactionId > 0) window.interactions.set(event.interactionId, Math.max(event.duration, window.interactions.get(event.interactionId) ?? 0));
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
}

const rowsOf = (page) => page.getByRole('table', { name: /^Rows of the plan/ }).locator('tbody tr[data-place]');

/**
 * From the start of the navigation to the frame after the first row, by the page's own clock: what the driver of the browser would look with
 * has to be compiled on the slowed processor too.
 */
async function firstRows(page, changePage) {
  let seen;
  await page.exposeFunction('firstRowsAreSeen', (ms) => seen(ms));
  await page.addInitScript(watchFirstRows);
  const times = [];
  for (let round = 0; round < FIRST_ROWS_ROUNDS; round += 1) {
    await page.goto('about:blank');
    const told = new Promise((resolve) => (seen = resolve));
    await page.goto(changePage, { waitUntil: 'commit' });
    times.push(await told);
  }
  return times;
}

function watchFirstRows() {
  const observer = new MutationObserver(() => {
    if (document.querySelector('tr[data-place] th a') === null) return;
    observer.disconnect();
    // A message comes after the frame that is being made.
    const after = new MessageChannel();
    after.port1.onmessage = () => window.firstRowsAreSeen(performance.now());
    requestAnimationFrame(() => after.port2.postMessage(null));
  });
  observer.observe(document, { childList: true, subtree: true });
}

async function walk(page, look) {
  await rowsOf(page).first().getByRole('link').focus();
  for (const key of [...Array(20).fill('j'), ...Array(10).fill('PageDown'), ...Array(10).fill('k')]) {
    await page.keyboard.press(key);
    await nextFrame(page);
  }
  await look();
}

/** Times between the frames while the table is scrolled by the wheel. */
async function scroll(page, look) {
  const box = await rowsOf(page).first().locator('xpath=ancestor::div[1]').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 400) / 2);
  await page.evaluate(() => {
    window.frames_ms = [];
    let last = performance.now();
    const tick = (now) => {
      window.frames_ms.push(now - last);
      last = now;
      window.ticking = requestAnimationFrame(tick);
    };
    window.ticking = requestAnimationFrame(tick);
  });
  for (let turn = 0; turn < 60; turn += 1) {
    await page.mouse.wheel(0, 800);
    if (turn % 20 === 0) await look();
  }
  return page.evaluate(() => {
    cancelAnimationFrame(window.ticking);
    return window.frames_ms;
  });
}

async function filter(page, look) {
  const field = page.getByLabel('SKU or title');
  for (const text of FILTERS) {
    await field.fill('');
    const answered = page.waitForResponse((response) => response.url().includes('/rows?') && response.url().includes('q='));
    await field.pressSequentially(text);
    await answered;
    await nextFrame(page);
    await look();
  }
  await field.fill('');
  await rowsOf(page).first().getByRole('link').waitFor();
}

async function openTraces(page, look) {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const link = rowsOf(page).getByRole('link').nth(round);
    const began = performance.now();
    await link.click();
    await page.getByRole('dialog').getByRole('list', { name: /^Steps/ }).waitFor();
    times.push(performance.now() - began);
    await look();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  return times;
}

/** The last row stands in memory only once all others do. */
async function toTheEnd(page, counts, look) {
  await rowsOf(page).first().getByRole('link').focus();
  await page.keyboard.press('End');
  const last = counts.raise + counts.cut + counts.blocked + 1;
  await page.waitForFunction((index) => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') === String(index) && document.activeElement.matches('a'), last, { timeout: 180_000 });
  await look();
}

/** What the server takes to answer a filter, and how long a row is on the wire. */
async function server(call, change) {
  const times = [];
  for (let round = 0; round < 4; round += 1) {
    for (const text of FILTERS) {
      const began = performance.now();
      await call('GET', `/price-changes/${change.id}/rows?limit=200&q=${encodeURIComponent(text)}`);
      times.push(performance.now() - began);
    }
  }
  const page = await call('GET', `/price-changes/${change.id}/rows?limit=1000`);
  return { server_filter_ms_p95: Math.round(quantile(times, 0.95)), row_bytes: Math.round(JSON.stringify(page.data).length / page.data.length) };
}

const nextFrame = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
