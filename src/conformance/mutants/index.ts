// Planted bugs. What needs Node (bugs in the reference hart) stands apart, in node.ts.
export { applyEdit, type Mutant } from './edit.js';
export { GPU_MUTANTS } from './gpu.js';
export { REFERENCE_MUTANTS } from './reference.js';
export { runMutants, type MutantOptions, type MutantResult } from './run.js';
