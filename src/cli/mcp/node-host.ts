// The agent floor's surroundings in Node: a hart by name, the built guest, files below one folder, snapshots as files, OCR where its packages are installed.

import { open, realpath } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentHost } from '../../agent/host.js';
import { GpuvisorError } from '../../isa/errors.js';
import { type Backend, backendFactory } from '../backend.js';
import { readInput } from '../files.js';
import { findBuiltin, isBuiltin } from '../guest.js';
import { createNodeOcr, ocrInstalled } from '../ocr.js';
import { FileSnapshots } from './snapshots.js';

export interface NodeHostOptions {
  readonly backend: Backend;
  /** The folder whose files agents may name; none unless told. */
  readonly root?: string;
  /** Where snapshots go. */
  readonly snapshots?: string;
  /** False: nothing is fetched from the network. */
  readonly network?: boolean;
}

export function nodeHost(options: NodeHostOptions): AgentHost {
  const factory = backendFactory(options.backend);
  const { root } = options;
  return {
    executorFactory: (config) => factory.create(config),
    adapterName: () => factory.name(),
    fetch: options.network === false ? noNetwork : globalThis.fetch,
    async builtin(name) {
      if (!isBuiltin(name)) return undefined;
      const { cartridge, disk, glyphs } = await findBuiltin(name);
      return {
        cartridge: await readInput('cartridge', cartridge),
        ...(disk !== undefined && { disk: await readInput('disk cartridge', disk) }),
        ...(glyphs !== undefined && { glyphs: JSON.parse(new TextDecoder().decode(await readInput('glyphs', glyphs))) as unknown }),
      };
    },
    snapshots: new FileSnapshots(options.snapshots),
    ...(ocrInstalled() && { ocr: () => createNodeOcr() }),
    visibility: () => 'none',
    ...(root !== undefined && { readFile: (path: string, maxBytes: number) => readBelow(root, path, maxBytes) }),
  };
}

const noNetwork: typeof fetch = () =>
  Promise.reject(
    new GpuvisorError(
      'PERMISSION_DENIED',
      'this server fetches nothing from the network',
      'use a built-in cartridge, or a file below --root',
    ),
  );

/** The bytes of a file below `root`, links followed. @throws GpuvisorError PERMISSION_DENIED outside, FILE_NOT_FOUND, TOO_LARGE */
async function readBelow(root: string, path: string, maxBytes: number): Promise<Uint8Array> {
  const shown = JSON.stringify(path.slice(0, 120));
  if (path.includes('\0')) throw new GpuvisorError('BAD_ARGUMENT', `${shown} is no path`, 'pass the path of a file');
  const named = /^file:/i.test(path) ? fileURLToPath(path) : path;
  const base = await realpath(root);
  const outside = (): GpuvisorError =>
    new GpuvisorError('PERMISSION_DENIED', `${shown} is not below ${base}`, 'copy the file there, or start the server with another --root');
  const full = isAbsolute(named) ? named : resolve(base, named);
  let real: string;
  try {
    real = await realpath(full);
  } catch (cause) {
    // Whether there is something outside is nobody's business.
    if (full !== base && !full.startsWith(base + sep)) throw outside();
    throw new GpuvisorError('FILE_NOT_FOUND', `there is no file ${shown} below ${base}`, 'check the path', { cause });
  }
  if (!real.startsWith(base + sep)) throw outside();
  const handle = await open(real, 'r');
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new GpuvisorError('FILE_NOT_FOUND', `${shown} is no file`, 'check the path');
    if (found.size > maxBytes)
      throw new GpuvisorError('TOO_LARGE', `${shown} has ${found.size} bytes; ${maxBytes} are allowed`, 'use a smaller file');
    const bytes = await handle.readFile();
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await handle.close();
  }
}
