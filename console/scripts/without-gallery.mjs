// Fails when something of the state gallery is in dist/: it is for development and tests, and no release has it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const dist = new URL('../dist/', import.meta.url).pathname;
const entries = await readdir(dist, { recursive: true, withFileTypes: true });
const scripts = entries.filter((entry) => entry.isFile() && /\.(js|json)$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
const found = [];
for (const path of scripts) if (/__gallery|src\/gallery\/|\.states\.tsx/.test(await readFile(path, 'utf8'))) found.push(path);
if (scripts.length === 0 || found.length > 0) {
  console.error(scripts.length === 0 ? 'dist/ has no scripts; build it first' : `the gallery is in the release: ${found.join(', ')}`);
  process.exit(1);
}
