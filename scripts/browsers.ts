// How the browsers of this machine are started with WebGPU: Debian's chromium and firefox-esr on a machine without a GPU, or what
// CHROMIUM_PATH and FIREFOX_PATH name.
import { existsSync } from 'node:fs';
import type { LaunchOptions } from 'playwright';

/** The first of the paths that is there, or the first. */
function found(named: string | undefined, paths: readonly string[]): string {
  return named ?? paths.find((p) => existsSync(p)) ?? paths[0]!;
}

/** Headless Chromium with these features of its switched on; SwiftShader unless GPUVISOR_ADAPTER=hardware. */
export function chromiumLaunch(...features: string[]): LaunchOptions {
  const software = process.env['GPUVISOR_ADAPTER'] !== 'hardware';
  // One flag: of several the last would win.
  const enabled = software ? features : ['Vulkan', ...features];
  return {
    executablePath: found(process.env['CHROMIUM_PATH'], ['/usr/bin/chromium', '/usr/bin/google-chrome']),
    args: [
      '--headless=new',
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      ...(software ? ['--use-webgpu-adapter=swiftshader'] : ['--use-angle=vulkan']),
      ...(enabled.length > 0 ? [`--enable-features=${enabled.join(',')}`] : []),
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** Chromium's software Vulkan driver, which serves Firefox too. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Headless Firefox with WebGPU switched on. */
export function firefoxLaunch(): LaunchOptions & { channel: string } {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const software = process.env['GPUVISOR_ADAPTER'] !== 'hardware' && !env['VK_DRIVER_FILES'] && existsSync(SOFTWARE_DRIVER);
  return {
    env: software ? { ...env, VK_DRIVER_FILES: SOFTWARE_DRIVER } : env,
    channel: 'moz-firefox',
    executablePath: found(process.env['FIREFOX_PATH'], ['/usr/bin/firefox-esr', '/usr/bin/firefox']),
    firefoxUserPrefs: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true, 'dom.webgpu.workers.enabled': true },
  };
}
