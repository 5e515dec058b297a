// The static pages: web/ to web-dist/. Addresses are relative, so that any static host can serve them from any folder.
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, defineConfig } from 'vite';
import { copyPageFiles } from './scripts/page-files.js';

const page = (path: string): string => fileURLToPath(new URL(`./web/${path}`, import.meta.url));

/** Guests and text recognition lie beside the pages. */
function besides(): Plugin {
  let folder = '';
  return {
    name: 'besides',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    closeBundle() {
      const { guests, processes } = copyPageFiles(folder);
      if (processes === 0) this.warn('the processes of the supervisor are not built: `npm run build`, then `npm run build:web`');
      if (guests === 0) this.warn('the guest is not built, so the page has nothing to boot: `npm run guest`, then `npm run build:web`');
    },
  };
}

/** The front page carries the time at which its build began: what changes during a build is newer than it (src/cli/serve.ts). */
function dated(): Plugin {
  let began = new Date();
  let folder = '';
  return {
    name: 'dated',
    apply: 'build',
    configResolved: (config) => void (folder = config.build.outDir),
    buildStart: () => void (began = new Date()),
    closeBundle: () => utimesSync(join(folder, 'index.html'), began, began),
  };
}

export default defineConfig({
  plugins: [besides(), dated()],
  root: page(''),
  base: './',
  publicDir: false,
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('./web-dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        index: page('index.html'),
        supervisor: page('supervisor/index.html'),
        conformance: page('conformance/index.html'),
        bench: page('bench/index.html'),
      },
    },
  },
});
