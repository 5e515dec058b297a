// Planted bugs. Planting them in the reference hart takes Node: src/cli/reference-nursery.ts.
export { applyEdit, type Mutant } from './edit.js';
export { GPU_MUTANTS } from './gpu.js';
export { REFERENCE_MUTANTS } from './reference.js';
export { runMutants, type MutantOptions, type MutantResult } from './run.js';
