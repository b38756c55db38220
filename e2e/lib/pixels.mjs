// How a state looks, held against a stored picture. A browser draws the same page alike but for a few scattered pixels, and a
// change is many of them in one place; so two pictures differ when one small square of them does, or too much in all.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { atRest } from './accessibility.mjs';
import { pngOf } from './png.mjs';

/** How far off a colour may be, of 1. */
const OFF_MOST = 0.08;
/** The side of a square in pixels, and how many of its pixels may be off. */
const SIDE = 16;
const OFF_IN_A_SQUARE = 16;
/** The share of all pixels that may be off. */
const OFF_IN_ALL = 0.005;
/** What is further down than this does not belong to the picture. */
const HIGH = 640;

/** What two browsers of different kinds or versions draw is not alike in the least things, such as letters. */
const DRAWN_BY = 'chromium.txt';

export class Pixels {
  differences = [];
  #seen = new Set();

  /** `drawnBy` is the browser's kind and version; `update` stores what is seen. */
  constructor({ folder, results, drawnBy, update }) {
    Object.assign(this, { folder, results, drawnBy, update });
    mkdirSync(folder, { recursive: true });
    const known = join(folder, DRAWN_BY);
    this.before = existsSync(known) ? readFileSync(known, 'utf8').trim() : '';
    if (update) writeFileSync(known, `${drawnBy}\n`);
  }

  /** Whether the stored pictures are of this browser. */
  get comparable() {
    return this.update || this.before === this.drawnBy;
  }

  /** Notes it when `select` on the page is not what it was under this name. */
  async look(page, name, select) {
    if (!this.comparable) return;
    const file = `${name}.png`;
    const stored = join(this.folder, file);
    this.#seen.add(file);
    const was = existsSync(stored) ? PNG.sync.read(readFileSync(stored)) : null;
    // What still moved is looked at again; only a difference that stays is one.
    let found;
    for (let tries = 0; tries < 4 && found?.said !== null; tries += 1) {
      if (tries > 0) await atRest(page);
      const is = await drawn(page, select);
      found = { is, ...difference(was, is) };
    }
    if (found.said === null) return;
    if (this.update) writeFileSync(stored, pngOf(await settled(page, select)));
    else this.#keep(name, found);
  }

  #keep(name, { is, said, marked }) {
    mkdirSync(this.results, { recursive: true });
    const picture = join(this.results, `${name}.is.png`);
    writeFileSync(picture, pngOf(is));
    const diff = join(this.results, `${name}.diff.png`);
    if (marked) writeFileSync(diff, pngOf(marked));
    this.differences.push(`${name}: ${said}; see ${marked ? diff : picture}`);
  }

  /** Once all were looked at: what differs, and stored pictures of nothing. */
  close(whole) {
    const left = readdirSync(this.folder).filter((file) => file.endsWith('.png') && !this.#seen.has(file));
    if (this.update && whole) for (const file of left) rmSync(join(this.folder, file));
    assert.deepEqual(this.differences, [], 'run with CALIBR_UPDATE=1 if this is meant');
    if (!this.update && whole && this.comparable) assert.deepEqual(left, [], 'pictures of nothing that is looked at');
  }
}

/** Letters are drawn in the font that the console brings along, so that no font of the system matters. */
export async function drawn(page, select) {
  await page.evaluate(async () => {
    document.documentElement.style.setProperty('--mono', "'Inter Variable'");
    document.activeElement?.blur?.();
    if (document.querySelector('[role=dialog]') === null) window.scrollTo(0, 0);
    await document.fonts.ready;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  const box = await page.locator(select).first().boundingBox();
  const { width, height } = page.viewportSize();
  const [x, y] = [Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y))];
  const clip = { x, y, width: Math.min(Math.ceil(box.width), width - x), height: Math.min(Math.ceil(box.height), HIGH) };
  // A dialog lies over the window, wherever the page beneath it is.
  const fullPage = clip.y + clip.height > height;
  const bytes = await page.screenshot({ clip, fullPage, animations: 'disabled', caret: 'hide', scale: 'css' });
  await page.evaluate(() => document.documentElement.style.removeProperty('--mono'));
  return PNG.sync.read(bytes);
}

/** A picture that is the same twice in a row. */
async function settled(page, select) {
  let last = await drawn(page, select);
  for (let tries = 0; tries < 10; tries += 1) {
    await atRest(page);
    const next = await drawn(page, select);
    if (difference(last, next).exact) return next;
    last = next;
  }
  return assert.fail(`${page.url()} never rests`);
}

/** What is different in words, null if nothing is, and both pictures in one with the differences marked. */
export function difference(was, is) {
  if (was === null) return { said: 'there is no stored picture of it' };
  const { width, height } = is;
  if (was.width !== width || was.height !== height) return { said: `is ${width} by ${height} pixels and was ${was.width} by ${was.height}` };
  const mask = new PNG({ width, height });
  const off = pixelmatch(was.data, is.data, mask.data, width, height, { threshold: OFF_MOST, includeAA: true, diffMask: true });
  const worst = worstSquare(mask);
  const exact = off === 0;
  if (off <= width * height * OFF_IN_ALL && worst.off <= OFF_IN_A_SQUARE) return { said: null, exact };
  const marked = new PNG({ width, height });
  pixelmatch(was.data, is.data, marked.data, width, height, { threshold: OFF_MOST, includeAA: true });
  return { said: `${off} pixels are off, ${worst.off} of them near ${worst.x}, ${worst.y}`, marked, exact };
}

function worstSquare({ data, width, height }) {
  const across = Math.ceil(width / SIDE);
  const squares = new Uint16Array(across * Math.ceil(height / SIDE));
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (data[pixel * 4 + 3] > 0) squares[Math.floor(pixel / width / SIDE) * across + Math.floor((pixel % width) / SIDE)] += 1;
  }
  const place = squares.reduce((most, off, index) => (off > squares[most] ? index : most), 0);
  return { off: squares[place] ?? 0, x: (place % across) * SIDE, y: Math.floor(place / across) * SIDE };
}

/** That it would be seen: the same again is alike, a mark in another colour and a part that lies 3 px aside are not. */
export async function assertNotices(page, select, { mark, part }) {
  const before = await drawn(page, select);
  const now = async () => difference(before, await drawn(page, select)).said;
  assert.equal(await now(), null, `${select} is unlike itself`);
  const changes = [
    [mark, 'color: var(--warn); fill: var(--warn)', 'in another colour'],
    [part, 'position: relative; left: 3px', '3 px aside'],
  ];
  for (const [where, style, what] of changes) {
    const element = page.locator(select).locator(where).first();
    const usual = await element.getAttribute('style');
    await element.evaluate((node, added) => node.setAttribute('style', `${node.getAttribute('style') ?? ''};${added}`), style);
    assert.notEqual(await now(), null, `${where} ${what} is not noticed`);
    await element.evaluate((node, whole) => (whole === null ? node.removeAttribute('style') : node.setAttribute('style', whole)), usual);
  }
  assert.equal(await now(), null, `${select} is unlike itself`);
}
