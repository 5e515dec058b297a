// Memory signatures as Spike writes them: the bytes from begin_signature to end_signature, `granularity` a line, highest byte first.

import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuvisorError } from '../isa/errors.js';
import type { ElfFile } from '../machine/elf.js';
import type { RunArguments } from './run-arguments.js';

/** Where a program keeps its signature. @throws GpuvisorError BAD_ARGUMENT when it has none */
export function signatureRange(elf: ElfFile | undefined, name: string): { base: number; size: number } {
  const base = elf?.symbols.get('begin_signature');
  const end = elf?.symbols.get('end_signature');
  if (base === undefined || end === undefined || end < base) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${name} has no begin_signature and end_signature to dump`,
      'leave out the signature option, or define both symbols',
    );
  }
  return { base, size: end - base };
}

/** The lines of a signature; bytes beyond its end are zero. */
export function formatSignature(bytes: Uint8Array, granularity: number): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += granularity) {
    for (let i = granularity - 1; i >= 0; i--) text += (bytes[at + i] ?? 0).toString(16).padStart(2, '0');
    text += '\n';
  }
  return text;
}

/** The file of a program's signature, when one is asked for. */
export function signatureTarget(args: Pick<RunArguments, 'signature' | 'signatureDir'>, path: string): string | undefined {
  if (args.signature !== undefined) return args.signature;
  if (args.signatureDir !== undefined) return join(args.signatureDir, `${basename(path).replace(/\.elf$/, '')}.sig`);
  return undefined;
}

/** Creates the folder of `--signature-dir`. */
export async function makeSignatureDir(path: string | undefined): Promise<void> {
  if (path !== undefined) await mkdir(path, { recursive: true });
}
