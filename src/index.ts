// gpuvisor: the machine, its memory maps, devices, loaders, boot and snapshots, and the error class.
export { GpuvisorError, type ErrorCode } from './isa/errors.js';
export { type AssembleOptions, type Assembled, assemble } from './isa/assembler/index.js';
export type { ElfSection } from './isa/elf.js';
export { EXIT, STATE_WORDS, W, resetState } from './isa/state.js';
export * from './machine/index.js';
