// The ABI of supervised processes: numbers, mailbox, what goes through it.
export * from './constants.js';
export {
  createMailbox,
  KernelMailbox,
  MAILBOX,
  ProcessMailbox,
  STATUS,
  WORD,
  type Args,
  type MailboxBuffer,
  type MailboxRequest,
} from './mailbox.js';
export { Receipt, type ReceiptFields } from './receipt.js';
export * from './wire.js';
export { DEBUG_PREFIX, formatDebug, isSpawnName, parseDebug, type DebugCommand } from './debug.js';
export {
  MANIFEST,
  NO_POLICY,
  readManifest,
  type ManifestEntry,
  type ProcessManifest,
  type ProcessPolicy,
  type RequestAnswer,
  type RequestRule,
} from './manifest.js';
export * from './services.js';
