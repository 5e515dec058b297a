// Axiom: the gateway with its two logs, their store, verify and replay.
export { decodeLogFile, encodeLogFile } from './file.js';
export { Gateway, PLATFORM_CLOCK, type Clock, type Execution } from './gateway.js';
export { IndexedDbStore } from './indexeddb.js';
export { openGateway, type GatewayOptions, type Opened, type Past } from './open.js';
export type { Origin } from './origin.js';
export { decodeRecord, hex, type CommitRecord, type StoredRecord } from './record.js';
export { DAMAGED_KEPT, MemoryStore, type LogInfo, type LogStore } from './store.js';
export type { SysEvent, SysRequest, SysResponse } from './syslog.js';
export {
  replay,
  verifyLog,
  verifying,
  type Anchor,
  type Damage,
  type Head,
  type Row,
  type StoredLog,
  type Verdict,
  type Walked,
} from './verify.js';
export type { CapabilityView, EndpointView, ProcessView } from './view.js';
export type { StoreState } from './writer.js';
