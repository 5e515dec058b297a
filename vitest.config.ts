// Three runtimes, one suite: Node (Dawn), Chromium (Tint) and Firefox (Naga). Files called *.node.spec.ts need Node itself.
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch, firefoxLaunch } from './scripts/browsers.js';

/** Workers and shared memory want an isolated page. */
const isolation = {
  name: 'cross-origin-isolation',
  configureServer(server: {
    middlewares: { use(f: (req: unknown, res: { setHeader(k: string, v: string): void }, next: () => void) => void): void };
  }) {
    server.middlewares.use((_req, res, next) => {
      res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      res.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      next();
    });
  },
};

/** Packages of the page's floors, bundled before the first test meets them: Vite would reload a test in the middle. */
const optimizeDeps = {
  include: ['fast-png', 'fflate', 'tesseract.js', '@cfworker/json-schema', '@noble/hashes/sha2.js', 're2js', 'idb', 'fast-check'],
};

/** What runs in every runtime. */
const everywhere = ['spec/**/*.spec.ts'];
const nodeOnly = ['spec/**/*.node.spec.ts'];

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
      { test: { ...common, name: 'node', environment: 'node', include: everywhere } },
      {
        plugins: [isolation],
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
        plugins: [isolation],
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
