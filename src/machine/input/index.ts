// Host input by name: keys, text and pointer as events for the keyboard and pointer devices.
export { KEY_NAMES, isModifier, keyOfName, type NamedKey } from './key-names.js';
export { KEYS, type Key } from './key-table.js';
export * from './keys.js';
export * from './pointer.js';
export { RECORD_BYTES, decodeRecords, encodeRecords, type InputRecord } from './events.js';
