// The Web Supervisor: processes under capabilities, one audited gateway, two logs.
export * from './abi/index.js';
export * from './axiom/index.js';
export {
  LIMITS,
  violations,
  type Commit,
  type Effect,
  type Ended,
  type Limits,
  type Operation,
  type ProcessOperation,
  type SupervisorOperation,
  type VmUse,
} from './kernel/index.js';
export { BINARY, checkBinary, type BinaryInfo } from './hal/process-binary.js';
export type { FromProcess, ProcessWorker, ToProcess } from './hal/protocol.js';
export { startWorker } from './hal/start-worker.js';
export * from './hal/vm-backend.js';
export { VmProcess } from './hal/vm-process.js';
export { FIRST_VM, VmProcesses, type SpawnVm, type VmEvent, type VmRow } from './hal/vm-processes.js';
export * from './supervisor/index.js';
