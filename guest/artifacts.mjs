// Where the artefacts of the guest are. Builds nothing: `npm run guest` does.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestFolder, packedFolders } from './build/recipe.mjs';

/**
 * The paths of the guest's artefacts for the recipe of this checkout; `built` says whether they are there. When gpuvisor's own code has changed since
 * they were packed, they are those that were packed last: `npm run guest` packs them anew.
 */
export function guestArtifacts(env = process.env) {
  const current = guestFolder(env);
  const folder = existsSync(join(current, 'manifest.json')) ? current : (packedFolders(env)[0] ?? current);
  const at = (path) => join(folder, path);
  return {
    folder,
    built: existsSync(at('manifest.json')),
    image: at('Image'),
    initramfs: at('initramfs.cpio'),
    disk: at('disk.ext4'),
    linuxCartridge: at('linux.rts.png'),
    diskCartridge: at('disk.rts.png'),
    deskCartridge: at('desk.rts.png'),
    mmuCartridge: at('mmu.rts.png'),
    loginSnapshot: at('login.snap'),
    glyphs: at('glyphs.json'),
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
