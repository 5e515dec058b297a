// The processes' binaries: they lie beside the pages, with the manifest that says which may run.

import { GpuvisorError } from '../../src/isa/errors.js';
import { readManifest, type ProcessManifest } from '../../src/supervisor/abi/manifest.js';

const FOLDER = '../processes/';

async function get(file: string): Promise<Response> {
  const response = await fetch(new URL(FOLDER + file, document.baseURI));
  if (!response.ok) {
    throw new GpuvisorError(
      'FETCH_FAILED',
      `processes/${file}: the host answers ${response.status}`,
      'in a checkout: `npm run build`, then `npm run build:web`; on a host of your own, copy the whole folder',
    );
  }
  return response;
}

/** @throws GpuvisorError FETCH_FAILED, BAD_ARGUMENT */
export async function fetchManifest(): Promise<ProcessManifest> {
  return readManifest(await (await get('manifest.json')).text());
}

/** The binary of a process of the manifest. @throws GpuvisorError FETCH_FAILED, FILE_NOT_FOUND for a name that is not in it */
export async function fetchBinary(manifest: ProcessManifest, name: string): Promise<Uint8Array> {
  const entry = Object.hasOwn(manifest.processes, name) ? manifest.processes[name] : undefined;
  if (!entry) throw new GpuvisorError('FILE_NOT_FOUND', `${name} is not in the manifest`, 'see processes/manifest.json');
  return new Uint8Array(await (await get(entry.file)).arrayBuffer());
}
