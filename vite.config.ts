// The static pages: web/ to web-dist/. Addresses are relative, so that any static host can serve them from any folder.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const page = (path: string): string => fileURLToPath(new URL(`./web/${path}`, import.meta.url));

export default defineConfig({
  root: page(''),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('./web-dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: page('index.html'), conformance: page('conformance/index.html'), bench: page('bench/index.html') } },
  },
});
