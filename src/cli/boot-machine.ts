// What `gpuvisor boot` was told to boot, read, checked and made into a machine: the built guest, a cartridge, or a kernel of one's own.

import { type Cartridge, bootCartridge, isHttpUrl, looksLike } from '../cartridge/index.js';
import { GpuvisorError } from '../isa/errors.js';
import { bootLinux, type BootOptions, type BootedMachine } from '../machine/boot.js';
import { readSnapshotHeader, restoreSnapshot, type SnapshotHeader } from '../machine/snapshot.js';
import { type DiskImage, memoryDisk } from '../machine/virtio/disk.js';
import type { BootArguments } from './boot.js';
import { type FileDisk, openDisk, readInput, readStart } from './files.js';
import { BUILTIN_NAMES, findBuiltin, findGuest, type Guest, isBuiltin, isCheckout } from './guest.js';
import { readMounts } from './mounts.js';
import { prepareFolder } from './shared-out.js';
import { openCartridge, plain, readSource } from './source.js';

/** A machine, and the disk image to be closed when it is done with. */
export interface Prepared {
  readonly booted: BootedMachine;
  readonly disk: FileDisk | undefined;
}

type Create = BootOptions['executorFactory'];
type Say = (line: string) => void;

/** Makes the machine. Everything that can be refused is refused before the first instruction. */
export async function prepareBoot(args: BootArguments, interactive: boolean, create: Create, say: Say): Promise<Prepared> {
  const snapshot = args.load === undefined ? undefined : await readInput('snapshot', args.load);
  const header = snapshot && (await readSnapshotHeader(snapshot));
  checkCombination(args, header);
  if (args.sharedOut !== undefined) await prepareFolder('--shared-out', args.sharedOut);
  const share = await readMounts(args.mount ?? [], say);
  const prepared = await (args.cartridge !== undefined
    ? fromCartridge(args.cartridge)
    : usesFiles(args)
      ? fromFiles()
      : fromCartridge('linux'));
  try {
    checkMachine(args, prepared.booted);
    // The kernel is wanted for a snapshot too: a guest that restarts boots it again.
    if (snapshot) await restoreSnapshot(prepared.booted.machine, snapshot);
    return prepared;
  } catch (e) {
    prepared.booted.machine.dispose();
    await prepared.disk?.close();
    throw e;
  }

  async function fromFiles(): Promise<Prepared> {
    let guest: Guest | undefined;
    if (args.kernel === undefined) guest = await findGuest();
    const kernel = await readInput('kernel', args.kernel ?? guest!.kernel);
    const initramfsPath = args.initramfs ?? guest?.initramfs;
    const initramfs = initramfsPath === undefined ? undefined : await readInput('initramfs', initramfsPath);
    const firmware = args.firmware === undefined ? undefined : await readInput('firmware', args.firmware);
    const map = header?.map ?? args.map;
    const memoryMb = header ? header.ramSize / (1 << 20) : args.memory;
    return withDisk(guest?.disk, (disk) =>
      bootLinux({
        executorFactory: create,
        kernel,
        share,
        ...(initramfs && { initramfs }),
        ...(firmware && { firmware }),
        ...(disk && { disk }),
        ...(map && { map }),
        ...(memoryMb !== undefined && { memoryMb }),
        ...(args.append !== undefined && { append: args.append }),
        machine: { pace: interactive ? 'real' : 'fast' },
      }),
    );
  }

  async function fromCartridge(place: string): Promise<Prepared> {
    const builtin = isBuiltin(place) ? await findBuiltin(place) : undefined;
    const cartridge = await read(builtin?.cartridge ?? place);
    const { name, contentVersion } = cartridge.meta;
    say(
      `cartridge ${place}: ${plain([name || 'without a name', contentVersion].filter(Boolean).join(' '))}, ${[...cartridge.segments.keys()].join(', ')}`,
    );
    const memoryMb = header ? header.ramSize / (1 << 20) : args.memory;
    // A machine that was saved without a disk has none, whatever the cartridge brings.
    const own = header && header.devices[0] === null ? without(cartridge, 'disk') : cartridge;
    return withDisk(builtin?.disk, (disk) =>
      bootCartridge(own, {
        executorFactory: create,
        share,
        ...(disk && { disk }),
        ...(memoryMb !== undefined && { memoryMb }),
        ...(args.append !== undefined && { append: args.append }),
        machine: { pace: interactive ? 'real' : 'fast' },
      }),
    );
  }

  /** Opens the disk that was asked for, or the one that comes with the guest, and closes it again when no machine comes of it. */
  async function withDisk(bundled: string | undefined, make: (disk: DiskImage | undefined) => Promise<BootedMachine>): Promise<Prepared> {
    const wanted = header ? header.devices[0] !== null : true;
    const path = wanted ? (args.disk ?? bundled) : undefined;
    if (path === undefined) return { booted: await make(undefined), disk: undefined };
    const image = await diskInMemory(path);
    if (image) {
      if (args.disk !== undefined) say(`note: what the guest writes to ${path} is forgotten at the end`);
      return { booted: await make(image), disk: undefined };
    }
    const disk = await openDisk(path, args.disk !== undefined);
    if (args.disk !== undefined && !disk.writable) say(`note: ${path} cannot be written: what the guest writes is forgotten at the end`);
    try {
      return { booted: await make(disk), disk };
    } catch (e) {
      await disk.close();
      throw e;
    }
  }
}

/** A disk that is no image in a file: a cartridge, or something at a URL. */
async function diskInMemory(place: string): Promise<DiskImage | undefined> {
  const png = (start: Uint8Array): boolean => looksLike(start).startsWith('a PNG picture');
  if (!isHttpUrl(place) && !png(await readStart('disk', place))) return undefined;
  const bytes = await readSource('disk', place);
  if (!png(bytes)) return memoryDisk(bytes);
  const image = (await openCartridge(place, bytes)).segments.get('disk')?.bytes;
  if (image?.length) return memoryDisk(image);
  throw new GpuvisorError(
    'CARTRIDGE_INVALID',
    `${place} has no disk segment`,
    'pack an image with `gpuvisor cartridge pack --disk IMAGE out.rts.png`',
  );
}

async function read(place: string): Promise<Cartridge> {
  try {
    return await openCartridge(place, await readSource('cartridge', place));
  } catch (e) {
    // A single word that is no file was perhaps meant as a name.
    if (!(e instanceof GpuvisorError) || e.code !== 'FILE_NOT_FOUND' || !/^\w+$/.test(place)) throw e;
    throw new GpuvisorError('FILE_NOT_FOUND', e.message, `check the path, or take a built-in name: ${BUILTIN_NAMES.join(', ')}`, {
      cause: e,
    });
  }
}

function without(cartridge: Cartridge, name: string): Cartridge {
  return { meta: cartridge.meta, segments: new Map([...cartridge.segments].filter(([n]) => n !== name)) };
}

/** What a cartridge says itself. */
const OF_CARTRIDGE = ['kernel', 'initramfs', 'firmware', 'map'] as const;

/** A published package has no files of a guest, only its cartridge. */
const usesFiles = (args: BootArguments): boolean => isCheckout() || OF_CARTRIDGE.some((option) => args[option] !== undefined);

function checkCombination(args: BootArguments, header: SnapshotHeader | undefined): void {
  for (const option of OF_CARTRIDGE) {
    if (args.cartridge !== undefined && args[option] !== undefined) {
      throw new GpuvisorError('BAD_ARGUMENT', `--${option} with a cartridge, which brings its own`, `leave out one of the two`);
    }
  }
  const map = header?.map ?? args.map ?? 'visual';
  if (args.screenshot && map !== 'visual') {
    throw new GpuvisorError('BAD_ARGUMENT', `--screenshot with --map ${map}, which has no screen`, 'leave out one of the two');
  }
  if (args.firmware && map !== 'virt') {
    throw new GpuvisorError('BAD_ARGUMENT', `--firmware with --map ${map}; foreign firmware is linked for the virt map`, 'add --map virt');
  }
  for (const option of ['map', 'memory', 'append'] as const) {
    if (header && args[option] !== undefined) {
      throw new GpuvisorError('BAD_ARGUMENT', `--load with --${option}: a snapshot already says that`, `leave out --${option}`);
    }
  }
}

/** What only the machine shows: whether it has what the options want. */
function checkMachine(args: BootArguments, { machine, share }: BootedMachine): void {
  if (args.screenshot && !machine.config.map.framebuffer) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `--screenshot of a machine of the ${machine.config.map.name} map, which has no screen`,
      'leave it out',
    );
  }
  if (args.sharedOut !== undefined && !share) {
    throw new GpuvisorError('BAD_ARGUMENT', '--shared-out with a bare program, which has no /shared', 'leave it out');
  }
}
