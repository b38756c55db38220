// Fails when a bundle outgrows its budget (kilobytes of brotli): the entry, all its styles, or any lazy route.
import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';

const budget = { entryJs: 190, entryCss: 30, lazyRoute: 120 };
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

const kilobytes = async (files) => {
  const sizes = await Promise.all([...files].map(async (file) => brotliCompressSync(await readFile(new URL(file, dist))).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1000;
};

// A chunk with everything it imports statically: what the browser must have before it can run.
const closure = (key, seen = new Set()) => {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) closure(imported, seen);
  return seen;
};

const filesOf = (keys, kind) => new Set([...keys].flatMap((key) => (kind === 'css' ? (manifest[key].css ?? []) : [manifest[key].file])));
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const entryKeys = closure(entry);
const rows = [
  ['entry js', await kilobytes(filesOf(entryKeys, 'js')), budget.entryJs],
  ['entry css', await kilobytes(filesOf(entryKeys, 'css')), budget.entryCss],
];
for (const key of Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry)) {
  const own = [...closure(key)].filter((name) => !entryKeys.has(name));
  rows.push([key.replace('src/features/', ''), await kilobytes([...filesOf(own, 'js'), ...filesOf(own, 'css')]), budget.lazyRoute]);
}

let over = 0;
for (const [name, size, limit] of rows) {
  if (size > limit) over += 1;
  console.log(`${size > limit ? 'over' : 'ok  '} ${size.toFixed(1).padStart(6)} of ${limit} kB br  ${name}`);
}
if (over > 0) {
  console.error(`${over} bundle(s) over budget`);
  process.exit(1);
}
