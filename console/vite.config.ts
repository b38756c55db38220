// Builds the console into dist/, which the server embeds. Development proxies the API to a running server.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const frame = { name: 'frame', tags: ['$initial' as const], priority: 2 };
const yaml = { name: 'yaml', test: /node_modules[\\/]yaml/, priority: 1 };
/** What most pages are made of; what few of them need stays beside them. */
const parts = { name: 'parts', test: /src[\\/](ui|shared|app)[\\/](?!document|long-table|price-|saved-views)/, minShareCount: 3 };

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    manifest: true,
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Few files: each one that a page needs costs the browser a link, a look into its store and a compilation.
    rolldownOptions: { output: { codeSplitting: { groups: [frame, yaml, parts] } } },
  },
  // The server takes acts only from pages of its own address, so the address stays as the browser wrote it.
  server: { proxy: { '/api': { target: process.env['CALIBR_URL'] ?? 'http://127.0.0.1:7400', changeOrigin: false } } },
  // A busy machine draws a whole form slowly; nothing here waits for time to pass.
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'], testTimeout: 30_000 },
});
