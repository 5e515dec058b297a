// The conformance harness as a library: `gpuvisor/conformance`. For any two executors that keep the Fleet contract.
export * from './encode.js';
export * from './lockstep/index.js';
export * from './mutants/index.js';
export * from './programs/index.js';
export * from './random.js';
export * from './suites.js';
export * from './sv32/index.js';
export * from './watched.js';
