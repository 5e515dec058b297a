// The public API: the seed's names, and what a page needs beside them.
export { Dispatcher } from './dispatcher.js';
export type { ConsoleCallback } from './console.js';
export type { SupervisorEvent } from './events.js';
export type { SupervisorOptions } from './options.js';
export type { PermissionOutcome } from './permissions.js';
export { fetchManifest, fetchProcesses, type FetchOptions } from './fetch-processes.js';
export type { ProcessRow } from './rows.js';
export type { SpawnCallback } from './spawn.js';
export { Supervisor } from './supervisor.js';
