// What this page runs on: the browser, the adapter, and what to do when there is none.

import { adapterName, requestAdapter } from '../../src/gpu/adapter.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { byId, element } from './elements.js';

/** Part of every report. */
export interface Environment {
  readonly browser: string;
  readonly userAgent: string;
  readonly adapter: string;
  readonly hardwareConcurrency: number;
  readonly crossOriginIsolated: boolean;
}

interface Brand {
  readonly brand: string;
  readonly version: string;
}

/** The browser in two words, as "Firefox 153" or "Chromium 156". */
export function browserName(userAgent: string, brands: readonly Brand[] = []): string {
  const known = brands.find((b) => !/not.?a.?brand|chromium/i.test(b.brand)) ?? brands.find((b) => b.brand === 'Chromium');
  if (known) return `${known.brand} ${known.version}`;
  const found = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(userAgent);
  if (!found) return 'an unknown browser';
  return `${found[1] === 'Version' ? 'Safari' : found[1]} ${found[2]}`;
}

/** Looks at this machine. @throws GpuvisorError WEBGPU_UNAVAILABLE */
export async function readEnvironment(): Promise<Environment> {
  const brands = (navigator as { userAgentData?: { brands: readonly Brand[] } }).userAgentData?.brands;
  return {
    browser: browserName(navigator.userAgent, brands),
    userAgent: navigator.userAgent,
    adapter: adapterName(await requestAdapter()),
    hardwareConcurrency: navigator.hardwareConcurrency,
    crossOriginIsolated: globalThis.crossOriginIsolated,
  };
}

/** Why there is no WebGPU here, for a reader. */
export function whyMissing(error: unknown): { readonly what: string; readonly next: string } {
  if (!globalThis.isSecureContext) {
    return {
      what: 'WebGPU works on secure pages only, and this one is not.',
      next: 'Open it over https, or on this machine as http://localhost.',
    };
  }
  if (!('gpu' in navigator)) {
    return {
      what: 'This browser does not offer WebGPU.',
      next: 'Chromium and Chrome from 113, Edge from 113, Firefox from 141 and Safari from 26 have it. On Linux, Chromium may want --enable-unsafe-webgpu, and Firefox dom.webgpu.enabled set in about:config.',
    };
  }
  const detail = error instanceof GpuvisorError ? error.message : String(error);
  return {
    what: `The browser offers WebGPU, but found no adapter (${detail}).`,
    next: 'Update the graphics driver, switch hardware acceleration on, or start Chromium with --use-webgpu-adapter=swiftshader to run on the processor.',
  };
}

/** Fills #environment, or shows #missing and returns undefined. */
export async function showEnvironment(): Promise<Environment | undefined> {
  const list = byId('environment');
  const fact = (name: string, value: string): void =>
    list.append(element('dt', {}, name), element('dd', { 'data-fact': name.toLowerCase() }, value));
  try {
    const environment = await readEnvironment();
    fact('Browser', environment.browser);
    fact('Adapter', environment.adapter);
    return environment;
  } catch (error) {
    fact('Browser', browserName(navigator.userAgent));
    fact('Adapter', 'none');
    const { what, next } = whyMissing(error);
    const box = byId('missing');
    box.replaceChildren(element('p', {}, element('strong', {}, what)), element('p', {}, next));
    box.hidden = false;
    return undefined;
  }
}
