// Where the artefacts of the guest are. Builds nothing: `npm run guest` does.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestFolder } from './build/recipe.mjs';

/** The paths of the guest's artefacts for the recipe of this checkout; `built` says whether they are there. */
export function guestArtifacts(env = process.env) {
  const folder = guestFolder(env);
  const at = (path) => join(folder, path);
  return {
    folder,
    built: existsSync(at('manifest.json')),
    image: at('Image'),
    initramfs: at('initramfs.cpio'),
    disk: at('disk.ext4'),
    fwJump: at('opensbi/fw_jump.bin'),
    fwDynamic: at('opensbi/fw_dynamic.bin'),
    debianFwJump: at('opensbi/debian/fw_jump.bin'),
    debianFwDynamic: at('opensbi/debian/fw_dynamic.bin'),
    systemMap: at('System.map'),
    vmlinux: at('vmlinux'),
    config: at('config'),
    manifest: at('manifest.json'),
  };
}

/** The manifest of the artefacts: versions, sizes in bytes, SHA-256. Undefined when the guest is not built. */
export function guestManifest(env = process.env) {
  const { built, manifest } = guestArtifacts(env);
  return built ? JSON.parse(readFileSync(manifest, 'utf8')) : undefined;
}
