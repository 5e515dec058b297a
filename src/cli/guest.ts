// The guest that is built from guest/, when gpuvisor runs from a checkout.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GpuvisorError } from '../isa/errors.js';

/** Paths of the guest's artefacts. */
export interface Guest {
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
  /** The same, packed: kernel and initramfs, disk, the desk, the bare program that watches its MMU. */
  readonly linuxCartridge: string;
  readonly diskCartridge: string;
  readonly deskCartridge: string;
  readonly mmuCartridge: string;
  /** Snapshot of linux and disk at the prompt. */
  readonly loginSnapshot: string;
  /** The console's font, as JSON. */
  readonly glyphs: string;
}

/** What can be booted by name. */
export const BUILTIN_NAMES = ['linux', 'desk', 'mmu'] as const;
export type BuiltinName = (typeof BUILTIN_NAMES)[number];

/** Paths of a built-in cartridge and of what belongs to it. */
export interface Builtin {
  readonly cartridge: string;
  readonly disk?: string;
  readonly glyphs?: string;
}

export function isBuiltin(name: string): name is BuiltinName {
  return (BUILTIN_NAMES as readonly string[]).includes(name);
}

/** The package: two folders up, from src/cli and from dist/cli alike. */
const ROOT = new URL('../../', import.meta.url);

/** Whether this is a checkout, which builds its guest; a published package brings cartridges beside its pages instead. */
export const isCheckout = (root = ROOT): boolean => existsSync(fileURLToPath(new URL('guest/artifacts.mjs', root)));

/** Where a built-in cartridge is. @throws GpuvisorError GUEST_NOT_BUILT */
export async function findBuiltin(name: BuiltinName, root = ROOT): Promise<Builtin> {
  const { linuxCartridge, diskCartridge, deskCartridge, mmuCartridge, glyphs } = isCheckout(root) ? await findGuest(root) : packaged(root);
  if (name === 'linux') return { cartridge: linuxCartridge, disk: diskCartridge, glyphs };
  return name === 'desk' ? { cartridge: deskCartridge, glyphs } : { cartridge: mmuCartridge };
}

function packaged(root: URL): Pick<Guest, 'linuxCartridge' | 'diskCartridge' | 'deskCartridge' | 'mmuCartridge' | 'glyphs'> {
  const at = (name: string): string => fileURLToPath(new URL(`web-dist/guest/${name}`, root));
  if (!existsSync(at('linux.rts.png'))) throw noKernel();
  return {
    linuxCartridge: at('linux.rts.png'),
    diskCartridge: at('disk.rts.png'),
    deskCartridge: at('desk.rts.png'),
    mmuCartridge: at('mmu.rts.png'),
    glyphs: at('glyphs.json'),
  };
}

const noKernel = (): GpuvisorError =>
  new GpuvisorError(
    'GUEST_NOT_BUILT',
    'this installation of gpuvisor brings no kernel',
    'pass a cartridge, or --kernel IMAGE --initramfs CPIO, or run `npm start` in a checkout of the repository, which builds a guest',
  );

/** Where the built guest is. @throws GpuvisorError GUEST_NOT_BUILT */
export async function findGuest(root = ROOT): Promise<Guest> {
  if (!isCheckout(root)) throw noKernel();
  const module = new URL('guest/artifacts.mjs', root);
  const { guestArtifacts } = (await import(module.href)) as {
    guestArtifacts(): Omit<Guest, 'kernel'> & { readonly built: boolean; readonly image: string };
  };
  const found = guestArtifacts();
  if (!found.built)
    throw new GpuvisorError(
      'GUEST_NOT_BUILT',
      'the guest has not been built on this machine',
      'run `npm run guest` (about four minutes, once), or pass --kernel',
    );
  return { ...found, kernel: found.image };
}
