// The processes as `npm run build` left them in dist/processes, in every runtime.
import { readManifest, type ProcessManifest } from '../../../src/supervisor/abi/index.js';

const fs = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:fs');

async function read(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (fs) return new Uint8Array(fs.readFileSync(`dist/processes/${file}`));
    const response = await fetch(`/dist/processes/${file}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (e) {
    throw new Error(`dist/processes/${file} is not there: run \`npm run build\``, { cause: e });
  }
}

export const manifest: ProcessManifest = readManifest(new TextDecoder().decode(await read('manifest.json')));

/** By name. */
export const binaries: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = Object.fromEntries(
  await Promise.all(
    Object.entries(manifest.processes).map(async ([name, { file }]): Promise<[string, Uint8Array<ArrayBuffer>]> => [
      name,
      await read(file),
    ]),
  ),
);
