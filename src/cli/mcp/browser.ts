// Browsers of this machine: finding one, and starting it on the page with WebGPU switched on, in a profile of its own that is thrown away.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { GpuvisorError } from '../../isa/errors.js';

export interface BrowserOptions {
  /** The browser's program; one that is found unless told otherwise. */
  readonly path?: string;
  /** Further arguments for it. */
  readonly args?: readonly string[];
  /** Without a window. */
  readonly headless?: boolean;
  /** The browser's software adapter, for machines without a GPU. */
  readonly software?: boolean;
}

export interface Browser {
  /** Whether it still runs. */
  readonly alive: boolean;
  /** Ends it and deletes its profile. */
  close(): Promise<void>;
}

const NAMES = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
  'brave-browser',
  'firefox',
  'firefox-esr',
];
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  ],
  win32: [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']]
    .filter((base) => base !== undefined)
    .flatMap((base) => [
      join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(base, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      join(base, 'Mozilla Firefox', 'firefox.exe'),
    ]),
};

/** The first browser that is there: CHROMIUM_PATH, then what is on the PATH or in its usual place. */
export function findBrowser(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const all = [
    process.env['CHROMIUM_PATH'],
    ...NAMES.flatMap((name) => onPath.map((folder) => join(folder, name))),
    ...(PLACES[process.platform] ?? []),
  ];
  return all.find((path) => path !== undefined && existsSync(path));
}

/** Starts a browser on an address. @throws GpuvisorError TOOL_MISSING when there is none, or it does not start */
export async function openBrowser(url: string, options: BrowserOptions): Promise<Browser> {
  const path = options.path ?? findBrowser();
  const hint = `open ${url} in a browser with WebGPU yourself, name one with --browser, or use --headless node`;
  if (path === undefined) throw new GpuvisorError('TOOL_MISSING', 'there is no browser on this machine', hint);
  if (!existsSync(path)) throw new GpuvisorError('TOOL_MISSING', `there is no browser ${path}`, hint);
  const profile = await mkdtemp(join(tmpdir(), 'gpuvisor-browser-'));
  const firefox = /firefox/i.test(path);
  if (firefox) await writeFile(join(profile, 'user.js'), FIREFOX_PREFERENCES);
  const args = firefox ? firefoxArgs(profile, options) : chromiumArgs(profile, options);
  const child = spawn(path, [...args, ...(options.args ?? []), url], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (cause) {
    await rm(profile, { recursive: true, force: true });
    throw new GpuvisorError('TOOL_MISSING', `${path} does not start: ${String(cause)}`, hint, { cause });
  }
  return {
    get alive() {
      return isAlive(child);
    },
    async close() {
      if (isAlive(child)) child.kill();
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended;
      clearTimeout(timer);
      // Its children may still be writing.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
    },
  };
}

const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;

function chromiumArgs(profile: string, { headless, software }: BrowserOptions): string[] {
  return [
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A window that is covered or in another workspace goes on.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--enable-unsafe-webgpu',
    // One list: of several such arguments the last would win.
    `--enable-features=WebMCP${process.platform === 'linux' && !software ? ',Vulkan' : ''}`,
    ...(software ? ['--use-webgpu-adapter=swiftshader'] : []),
    ...(headless ? ['--headless=new'] : []),
    // Chromium's sandbox does not work for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

const FIREFOX_PREFERENCES = [
  ['dom.webgpu.enabled', true],
  ['dom.webgpu.workers.enabled', true],
  ['gfx.webgpu.ignore-blocklist', true],
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.aboutwelcome.enabled', false],
  ['datareporting.policy.dataSubmissionEnabled', false],
]
  .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
  .join('');

const firefoxArgs = (profile: string, { headless }: BrowserOptions): string[] => [
  '--no-remote',
  '--profile',
  profile,
  ...(headless ? ['--headless'] : []),
];
