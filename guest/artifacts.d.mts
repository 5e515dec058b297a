// Types of artifacts.mjs.

/** Absolute paths of the guest's artefacts. */
export interface GuestArtifacts {
  /** The folder they are in, `<cache>/guest/<key of the guest>-<key of what packed it>`. */
  readonly folder: string;
  /** Whether `npm run guest` has built them for the recipe of this checkout; they may have been packed by an earlier state of src/. */
  readonly built: boolean;
  /** The kernel, a flat `Image` to be loaded at a multiple of 4 MiB. */
  readonly image: string;
  /** Uncompressed cpio (newc). */
  readonly initramfs: string;
  /** ext4, 16 MiB, to be copied or overlaid before it is written to. */
  readonly disk: string;
  /** Cartridge of kernel, initramfs, glyphs and boot settings. */
  readonly linuxCartridge: string;
  /** Cartridge of the disk. */
  readonly diskCartridge: string;
  /** Cartridge of the same Linux that starts with the windowed desk. */
  readonly deskCartridge: string;
  /** Cartridge of a bare program that watches satp and a mapping. */
  readonly mmuCartridge: string;
  /** Snapshot of linuxCartridge with diskCartridge at the prompt. */
  readonly loginSnapshot: string;
  /** The font of the console: `{ format: 'gpuvisor-glyphs-1', width: 8, height: 16, glyphs: [{ char, rows }] }`. */
  readonly glyphs: string;
  /** OpenSBI compiled for RV32IMA that jumps to 4 MiB above its own start, with the device tree it was given. */
  readonly fwJump: string;
  /** OpenSBI compiled for RV32IMA that is told in `a2` where to go. */
  readonly fwDynamic: string;
  /** OpenSBI as Debian ships it: it has compressed instructions, so it needs a hart with the C extension. */
  readonly debianFwJump: string;
  readonly debianFwDynamic: string;
  readonly systemMap: string;
  readonly vmlinux: string;
  /** The kernel's complete configuration. */
  readonly config: string;
  readonly manifest: string;
}

/** One file of the manifest. */
export interface GuestManifestEntry {
  readonly what: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
}

/** What was built, from what. */
export interface GuestManifest {
  readonly key: string;
  /** Upstream versions, and the exact Debian package versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, string>>;
  /** By path below the folder. */
  readonly artefacts: Readonly<Record<string, GuestManifestEntry>>;
}

/** Where the artefacts are; builds nothing. `env` supplies GPUVISOR_CACHE, XDG_CACHE_HOME. */
export function guestArtifacts(env?: Readonly<Record<string, string | undefined>>): GuestArtifacts;

/** The manifest, or undefined when the guest is not built. */
export function guestManifest(env?: Readonly<Record<string, string | undefined>>): GuestManifest | undefined;
