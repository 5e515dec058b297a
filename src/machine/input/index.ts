// Host input by name: keys, text and pointer as events for the keyboard and pointer devices.
export { KEY_NAMES } from './key-names.js';
export * from './keys.js';
export * from './pointer.js';
