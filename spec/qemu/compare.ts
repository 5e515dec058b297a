// What golden/qemu says, and how a signature is held against it.

import differences from '../../golden/qemu/differences.json' with { type: 'json' };
import golden from '../../golden/qemu/signatures.json' with { type: 'json' };

export const SIGNATURES: Readonly<Record<string, string>> = golden.signatures;
export const NOT_RUN: Readonly<Record<string, string>> = differences.notRun;
export const DIFFERENCES: Readonly<Record<string, { readonly why: readonly string[]; readonly words: string }>> = differences.words;

/** Word numbers of "1,4-6". */
export function expand(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number) as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** Numbers of the words in which two signatures differ; a word that only one of them has counts. */
export function differing(ours: readonly string[], theirs: readonly string[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) if (ours[i] !== theirs[i]) out.push(i);
  return out;
}

export const toWords = (signature: Uint32Array): string[] => Array.from(signature, (w) => w.toString(16).padStart(8, '0'));
