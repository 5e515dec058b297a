// The built guest on a machine, and a conversation with its shell.

import { readFileSync } from 'node:fs';
import { guestArtifacts } from '../../guest/artifacts.mjs';
import { GpuvisorError } from '../../src/isa/errors.js';
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import { type BootOptions, type BootedMachine, bootLinux } from '../../src/machine/boot.js';
import type { ExecutorConfig } from '../../src/machine/executor.js';
import type { Machine } from '../../src/machine/machine.js';
import { type DiskImage, memoryDisk } from '../../src/machine/virtio/disk.js';
import type { SharedFolder } from '../../src/machine/virtio/nine/index.js';
import type { MapName } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';

/** Executors by name. */
export const EXECUTORS = {
  reference: (config: ExecutorConfig): ReferenceHart => new ReferenceHart(config),
  gpu: (config: ExecutorConfig): Promise<GPUExecutionSystem> => GPUExecutionSystem.create(config),
} as const;

/** A disk image in memory that keeps what is written. */
export function keepingDisk(bytes: Uint8Array): DiskImage {
  return {
    ...memoryDisk(bytes),
    write(offset, data) {
      bytes.set(data, offset);
      return Promise.resolve();
    },
  };
}

export const PROMPT = 'gpuvisor:~# ';
const SLICE = 500_000;

/** The guest's artefacts; a test without them fails with what to do. */
export function artefacts(): ReturnType<typeof guestArtifacts> {
  const found = guestArtifacts();
  if (!found.built) throw new GpuvisorError('GUEST_NOT_BUILT', 'the guest has not been built on this machine', 'run `npm run guest`');
  return found;
}

export const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(path));

export interface SessionOptions {
  readonly disk?: DiskImage;
  readonly map?: MapName;
  readonly firmware?: Uint8Array;
  readonly share?: SharedFolder;
  readonly append?: string;
}

/** Boots the built guest; nothing has run yet. */
export function bootGuest(executorFactory: BootOptions['executorFactory'], options: SessionOptions = {}): Promise<BootedMachine> {
  const guest = artefacts();
  return bootLinux({
    executorFactory,
    kernel: bytes(guest.image),
    initramfs: bytes(guest.initramfs),
    disk: options.disk ?? memoryDisk(bytes(guest.disk)),
    ...(options.map && { map: options.map }),
    ...(options.firmware && { firmware: options.firmware }),
    ...(options.share && { share: options.share }),
    ...(options.append && { append: options.append }),
  });
}

/** Runs until the console holds `text` behind `from`; gives the console's text. Throws with what came when `limit` steps do not bring it. */
export async function waitFor(machine: Machine, text: string, from = 0, limit = 400_000_000): Promise<string> {
  for (let steps = 0; steps < limit;) {
    const result = await machine.run(SLICE);
    steps += Math.max(result.steps, 1);
    const console = machine.console.text();
    if (console.includes(text, from)) return console;
    if (result.exit !== 'budget') break;
  }
  throw new Error(`the console did not show ${JSON.stringify(text)}; it ends with ${JSON.stringify(machine.console.text().slice(-600))}`);
}

/** Types a command at the prompt and gives what it printed. The markers are put together by the shell, so the echo cannot match them. */
export async function command(machine: Machine, line: string): Promise<string> {
  const from = machine.console.text().length;
  machine.send(`echo "=="begin"=="; ${line}; echo "=="done"=="\n`);
  const text = await waitFor(machine, '==done==', from);
  const end = text.indexOf('==done==', from);
  await waitFor(machine, PROMPT, end);
  const begin = text.indexOf('==begin==', from);
  return text.slice(text.indexOf('\n', begin) + 1, end).replaceAll('\r', '');
}

/** Runs until nothing goes on any more. */
export async function settle(machine: Machine): Promise<void> {
  const { exit } = await machine.settle(100_000_000);
  if (exit !== 'wfi') throw new Error(`the guest did not come to rest: ${exit}`);
}
