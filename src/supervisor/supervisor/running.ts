// The parts of a supervisor whose kernel is there: counted, and stopped.

import type { LogStore, Past } from '../axiom/index.js';
import type { VmProcesses } from '../hal/vm-processes.js';
import type { WasmHal } from '../hal/wasm-hal.js';
import type { Consoles } from './console.js';
import type { Dispatcher } from './dispatcher.js';
import type { Permissions } from './permissions.js';
import type { Spawner } from './spawn.js';

export interface Running {
  readonly dispatcher: Dispatcher;
  readonly hal: WasmHal;
  readonly spawner: Spawner;
  readonly permissions: Permissions;
  readonly vms: VmProcesses;
  readonly past: Past | undefined;
  readonly store: LogStore | undefined;
  readonly stops: readonly (() => void)[];
}

/** What a supervisor holds: for tests that count. `timers` are those it has set, `listeners` those of its effects and events. */
export type Counts = Readonly<Record<'workers' | 'mailboxes' | 'callbacks' | 'backlogs' | 'doorbells' | 'timers' | 'listeners', number>>;

export function countRunning(running: Running | undefined, consoles: Consoles, eventListeners: number): Counts {
  const { workers = 0, doorbells = 0, timers = 0 } = running?.hal.counts() ?? {};
  const { answers = 0, listeners = 0, timers: clock = 0 } = running?.dispatcher.counts() ?? {};
  const waiting = (running?.spawner.timers ?? 0) + (running?.permissions.timers ?? 0);
  const { callbacks, backlogs } = consoles.counts();
  return {
    workers,
    mailboxes: answers,
    callbacks,
    backlogs,
    doorbells,
    timers: timers + clock + waiting,
    listeners: listeners + eventListeners,
  };
}

/** Lets go of everything but the machines. */
export function stopRunning({ dispatcher, hal, spawner, permissions, stops }: Running): void {
  for (const stop of stops) stop();
  spawner.dispose();
  permissions.dispose();
  hal.dispose();
  dispatcher.dispose();
}
