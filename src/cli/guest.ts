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

/** Where a built-in cartridge is. @throws GpuvisorError GUEST_NOT_BUILT */
export async function findBuiltin(name: BuiltinName): Promise<Builtin> {
  const { linuxCartridge, diskCartridge, deskCartridge, mmuCartridge, glyphs } = await findGuest();
  if (name === 'linux') return { cartridge: linuxCartridge, disk: diskCartridge, glyphs };
  return name === 'desk' ? { cartridge: deskCartridge, glyphs } : { cartridge: mmuCartridge };
}

/** Where the built guest is. @throws GpuvisorError GUEST_NOT_BUILT */
export async function findGuest(): Promise<Guest> {
  // Two folders up, from src/cli and from dist/cli alike.
  const module = new URL('../../guest/artifacts.mjs', import.meta.url);
  if (!existsSync(fileURLToPath(module))) {
    throw new GpuvisorError(
      'GUEST_NOT_BUILT',
      'this installation of gpuvisor brings no kernel',
      'pass a cartridge, or --kernel IMAGE --initramfs CPIO, or run `npm start` in a checkout of the repository, which builds a guest',
    );
  }
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
