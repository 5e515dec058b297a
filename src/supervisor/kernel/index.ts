// The kernel: state, one reducer, one step. It runs nothing and reads no clock; the gateway (../axiom) drives it.
export { COMMIT_TYPES, commitFields, decodeCommit, encodeCommit, type Commit, type CommitOf, type CommitType } from './commit.js';
export { decodeState, encodeState, hashState } from './codec.js';
export { violations } from './invariants.js';
export {
  describe,
  isProcessOperation,
  perform,
  type Described,
  type Operation,
  type ProcessOperation,
  type SupervisorOperation,
} from './operation.js';
export { LIMITS, type Limits } from './quota.js';
export { apply, ENDED_KEPT } from './reduce.js';
export * from './state.js';
export { NO_ANSWER, Step, type Answer, type Effect, type Outcome, type Reply } from './step.js';
