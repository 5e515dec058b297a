// Types of cpio.mjs.

export const FILE_TIME: number;

export class CpioArchive {
  directory(path: string, mode?: number): void;
  file(path: string, contents: string | Uint8Array, mode?: number): void;
  symlink(path: string, target: string): void;
  characterDevice(path: string, major: number, minor: number, mode?: number): void;
  toBuffer(): Buffer;
}
