// Serves a built console from its folder, every unknown address as its page. There is no server behind it.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

/** Gives the address and a way to stop. `besides` has files from elsewhere, by address. */
export async function serveFolder(folder, besides = {}) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://local').pathname);
    if (path.startsWith('/api/')) {
      response.writeHead(404).end();
      return;
    }
    const wanted = extname(path) in types ? path : '/index.html';
    const bytes = await readFile(besides[wanted] ?? join(folder, wanted)).catch(() => null);
    if (bytes === null) response.writeHead(404).end();
    // A name under assets stands for its bytes, so that a browser may keep them and what it has compiled of them.
    else response.writeHead(200, { 'content-type': types[extname(wanted)], 'cache-control': wanted.startsWith('/assets/') ? 'max-age=86400, immutable' : 'no-store' }).end(bytes);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { baseURL: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
