// The guest that is built from guest/, when gpuvisor runs from a checkout.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GpuvisorError } from '../isa/errors.js';

/** Paths of the guest's artefacts. */
export interface Guest {
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
}

/** Where the built guest is. @throws GpuvisorError GUEST_NOT_BUILT */
export async function findGuest(): Promise<Guest> {
  // Two folders up, from src/cli and from dist/cli alike.
  const module = new URL('../../guest/artifacts.mjs', import.meta.url);
  if (!existsSync(fileURLToPath(module))) {
    throw new GpuvisorError(
      'GUEST_NOT_BUILT',
      'this installation of gpuvisor brings no kernel',
      'pass --kernel IMAGE --initramfs CPIO, or run `npm start` in a checkout of the repository, which builds a guest',
    );
  }
  const { guestArtifacts } = (await import(module.href)) as {
    guestArtifacts(): { built: boolean; image: string; initramfs: string; disk: string };
  };
  const found = guestArtifacts();
  if (!found.built)
    throw new GpuvisorError(
      'GUEST_NOT_BUILT',
      'the guest has not been built on this machine',
      'run `npm run guest` (about four minutes, once), or pass --kernel',
    );
  return { kernel: found.image, initramfs: found.initramfs, disk: found.disk };
}
