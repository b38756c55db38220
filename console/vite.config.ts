// Builds the console into dist/, which the server embeds. Development proxies the API to a running server.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    manifest: true,
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'frame', tags: ['$initial'], priority: 2 }, { name: 'yaml', test: /node_modules[\\/]yaml/, priority: 1 }, { name: 'pages', test: /src[\\/](ui|shared|app)[\\/](?!document|yaml|long-table|price-|saved-views)/, minShareCount: 3 }] } },
    },
  },
  // The server takes acts only from pages of its own address, so the address stays as the browser wrote it.
  server: { proxy: { '/api': { target: process.env['CALIBR_URL'] ?? 'http://127.0.0.1:7400', changeOrigin: false } } },
  // A busy machine draws a whole form slowly; nothing here waits for time to pass.
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], testTimeout: 30_000 },
});
