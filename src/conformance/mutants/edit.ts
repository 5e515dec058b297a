// A planted bug: one small wrong edit to a hart. The suite must notice every one; a mutant that lives is a hole in it.

import { GpuvisorError } from '../../isa/errors.js';

export interface Mutant {
  /** What is wrong with it, in a few words. */
  readonly name: string;
  /** Where: a file of the reference hart without its ending, or a part of the shader. */
  readonly part: string;
  /** Stands in that part exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** `text` with the edit made. @throws GpuvisorError INTERNAL when `find` does not stand in it exactly once. */
export function applyEdit(text: string, mutant: Mutant): string {
  const parts = text.split(mutant.find);
  if (parts.length !== 2) {
    throw new GpuvisorError(
      'INTERNAL',
      `planted bug "${mutant.name}": its text stands ${parts.length - 1} times in ${mutant.part}, and must stand there once`,
      'bring src/conformance/mutants up to date with the hart',
    );
  }
  return parts.join(mutant.replace);
}
