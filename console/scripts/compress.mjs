// Writes .br and .gz beside every compressible file of dist/, so that the server never compresses at run time.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
// The build's own notes were for the size check; the server has no use for them.
await rm(join(dist, '.vite'), { recursive: true, force: true });

const compressible = /\.(css|html|js|json|svg)$/;

const entries = await readdir(dist, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile() && compressible.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));

// The page comes last: who finds it compressed knows that the build was finished.
const index = join(dist, 'index.html');
for (const path of [...files.filter((file) => file !== index), index]) {
  const bytes = await readFile(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  await writeFile(`${path}.br`, brotliCompressSync(bytes, quality));
  await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
