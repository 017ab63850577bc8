/** How the agent console is built: static files under `/console/`, one nonce placeholder for the server to fill. */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: this is where Vite looks
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: resolve(import.meta.dirname, '../../../dist/web/console'),
    emptyOutDir: true,
    manifest: true,
    // The polyfill is an inline script in old browsers, which the Content-Security-Policy refuses.
    modulePreload: { polyfill: false },
    // `data:` styles and fonts are not allowed by the policy either.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } } },
});
