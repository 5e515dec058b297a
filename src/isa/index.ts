// The instruction set, CSRs, causes and state layout: `gpuvisor/isa`.
export * from './errors.js';
export * from './instructions.js';
export * from './privilege.js';
export * from './csrs.js';
export * from './state.js';
export * from './assembler/index.js';
export * from './disassembler.js';
export * from './compressed.js';
export * from './elf.js';
