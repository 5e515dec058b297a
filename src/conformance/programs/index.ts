// The programs of riscv-tests/: `gpuvisor/conformance`.
export * from './build.js';
export * from './run.js';
export { INCLUDES, PROGRAMS } from './programs.generated.js';
