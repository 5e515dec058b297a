// The static pages: web/ to web-dist/. Addresses are relative, so that any static host can serve them from any folder.
import { utimesSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Plugin, defineConfig } from 'vite';

const page = (path: string): string => fileURLToPath(new URL(`./web/${path}`, import.meta.url));

/** The front page carries the time at which its build began: what changes during a build is newer than it (src/cli/serve.ts). */
function dated(): Plugin {
  let began = new Date();
  return {
    name: 'dated',
    apply: 'build',
    buildStart: () => void (began = new Date()),
    closeBundle: () => utimesSync(fileURLToPath(new URL('./web-dist/index.html', import.meta.url)), began, began),
  };
}

export default defineConfig({
  plugins: [dated()],
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
