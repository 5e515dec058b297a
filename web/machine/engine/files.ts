// What a file is that somebody dropped, by its first bytes: names lie.

import { GpuvisorError } from '../../../src/isa/errors.js';

/** `cartridge`: a PNG (.rts.png); `snapshot`: what `saveSnapshot` wrote; `image`: a Linux Image for RISC-V; `elf`: an ELF program. */
export type FileKind = 'cartridge' | 'snapshot' | 'image' | 'elf';

/** First bytes, and where they stand. A RISC-V Image has "RSC\x05" at 56 (Linux, Documentation/arch/riscv/boot-image-header.rst). */
const SIGNATURES: readonly { readonly kind: FileKind; readonly at: number; readonly bytes: readonly number[] }[] = [
  { kind: 'cartridge', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { kind: 'snapshot', at: 0, bytes: [0x47, 0x50, 0x56, 0x53, 0x4e, 0x41, 0x50, 0x0a] },
  { kind: 'elf', at: 0, bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { kind: 'image', at: 56, bytes: [0x52, 0x53, 0x43, 0x05] },
];

/** @throws GpuvisorError BAD_ARGUMENT when it is none of them */
export function fileKind(name: string, bytes: Uint8Array): FileKind {
  const found = SIGNATURES.find((s) => s.bytes.every((b, i) => bytes[s.at + i] === b));
  if (found) return found.kind;
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `${name} (${bytes.length} bytes) is nothing that boots here`,
    'drop a cartridge (.rts.png), a snapshot (.snap), a Linux Image for rv32 or an ELF program for rv32',
  );
}
