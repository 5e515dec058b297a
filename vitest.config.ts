// Three runtimes, one suite: Node (Dawn), Chromium (Tint) and Firefox (Naga). Files called *.node.spec.ts need Node itself; those that drive a built page in a
// browser from there are a project of their own, `pages`.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch, firefoxLaunch } from './scripts/browsers.js';

/** Workers and shared memory want an isolated page. */
const server = { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } };

/** Packages of the page's floors, bundled before the first test meets them: Vite would reload a test in the middle. */
const optimizeDeps = {
  include: ['fast-png', 'fflate', 'tesseract.js', '@cfworker/json-schema', '@noble/hashes/sha2.js', 're2js', 'idb', 'fast-check'],
};

/** What runs in every runtime. */
const everywhere = ['spec/**/*.spec.ts'];
const nodeOnly = ['spec/**/*.node.spec.ts'];
const pages = ['spec/web/**/*.node.spec.ts'];

const common = { testTimeout: 120_000, hookTimeout: 120_000 };
const browser = (instance: { browser: 'chromium' | 'firefox'; provider: ReturnType<typeof playwright> }) => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  instances: [instance],
});

export default defineConfig({
  test: {
    fileParallelism: false,
    projects: [
      { test: { ...common, name: 'node', environment: 'node', include: everywhere, exclude: pages } },
      { test: { ...common, name: 'pages', environment: 'node', include: pages } },
      {
        server,
        optimizeDeps,
        test: {
          ...common,
          name: 'chromium',
          include: everywhere,
          exclude: nodeOnly,
          browser: browser({ browser: 'chromium', provider: playwright({ launchOptions: chromiumLaunch() }) }),
        },
      },
      {
        server,
        optimizeDeps,
        test: {
          ...common,
          name: 'firefox',
          include: everywhere,
          exclude: nodeOnly,
          browser: browser({ browser: 'firefox', provider: playwright({ launchOptions: firefoxLaunch() }) }),
        },
      },
    ],
  },
});
