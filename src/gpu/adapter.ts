// Finding an adapter: the browser's, or in Node the optional `webgpu` package (Dawn), with SwiftShader where there is no GPU.

import { GpuvisorError } from '../isa/errors.js';

/** Where Debian's chromium keeps the Vulkan driver description of SwiftShader. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
/** Where Vulkan drivers describe themselves. */
const DRIVER_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
const HINT =
  'In a browser, use Chromium 113+ or Firefox 141+ with WebGPU switched on. In Node, install the optional package `webgpu` and a Vulkan driver (Debian: apt-get install libvulkan1 chromium); `gpuvisor doctor` says what is missing.';

interface NodeWebgpu {
  create(options: string[]): GPU;
  globals: Record<string, unknown>;
}

interface NodeProcess {
  readonly versions?: { readonly node?: string };
  readonly env: Record<string, string | undefined>;
}

// Dawn's Node binding crashes when the GPU object is collected while adapters live.
const kept: unknown[] = [];

function nodeProcess(): NodeProcess | undefined {
  const found = (globalThis as { process?: NodeProcess }).process;
  return found?.versions?.node ? found : undefined;
}

async function nodeGpu(process: NodeProcess): Promise<GPUAdapter | null> {
  // Not a literal, so that bundlers for the browser leave it alone.
  const name = ['web', 'gpu'].join('');
  let binding: NodeWebgpu;
  try {
    binding = (await import(/* @vite-ignore */ name)) as NodeWebgpu;
  } catch (cause) {
    throw new GpuvisorError('WEBGPU_UNAVAILABLE', 'the package `webgpu` is not installed', HINT, { cause });
  }
  for (const [key, value] of Object.entries(binding.globals)) if (!(key in globalThis)) Object.assign(globalThis, { [key]: value });
  const ask = async (): Promise<GPUAdapter | null> => {
    const gpu = binding.create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    kept.push(gpu, adapter);
    return adapter;
  };
  const { existsSync, readdirSync } = (await import(/* @vite-ignore */ ['node', 'fs'].join(':'))) as typeof import('node:fs');
  const drivers = DRIVER_FOLDERS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
  const software = !process.env['VK_DRIVER_FILES'] && existsSync(SOFTWARE_DRIVER);
  // Asking without any driver works too, but Dawn complains aloud.
  const first = drivers || !software ? await ask() : null;
  if (first || !software) return first;
  process.env['VK_DRIVER_FILES'] = SOFTWARE_DRIVER;
  return ask();
}

/**
 * The adapter of this browser or machine.
 * @throws GpuvisorError WEBGPU_UNAVAILABLE
 */
export async function requestAdapter(): Promise<GPUAdapter> {
  const gpu = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  const process = nodeProcess();
  const adapter = gpu ? await gpu.requestAdapter({ powerPreference: 'high-performance' }) : process ? await nodeGpu(process) : null;
  if (!adapter) throw new GpuvisorError('WEBGPU_UNAVAILABLE', 'no WebGPU adapter was found', HINT);
  return adapter;
}

/** A short name of an adapter for reports. */
export function adapterName(adapter: GPUAdapter): string {
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
}

/**
 * A device that can bind `bytes` of storage in one buffer.
 * @throws GpuvisorError OUT_OF_MEMORY when the adapter's limit is lower
 */
export async function requestDevice(adapter: GPUAdapter, bytes: number): Promise<GPUDevice> {
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (bytes > most) {
    throw new GpuvisorError(
      'OUT_OF_MEMORY',
      `one buffer of ${Math.ceil(bytes / 2 ** 20)} MiB is needed; this adapter binds ${Math.floor(most / 2 ** 20)} MiB at most`,
      'Ask for less memory or fewer machines.',
    );
  }
  const least = Math.max(bytes, 128 * 2 ** 20);
  const wanted = Math.min(least, most);
  return adapter.requestDevice({
    requiredLimits: { maxStorageBufferBindingSize: wanted, maxBufferSize: Math.min(Math.max(wanted, 256 * 2 ** 20), maxBufferSize) },
  });
}
