// What a supervisor can be told.

import type { ProcessManifest } from '../abi/index.js';
import type { GatewayOptions } from '../axiom/index.js';
import type { Wake } from '../hal/doorbell.js';
import type { ProcessWorker } from '../hal/protocol.js';
import type { VmFactory } from '../hal/vm-backend.js';
import type { Limits } from '../kernel/index.js';

export interface SupervisorOptions extends Pick<GatewayOptions, 'store' | 'clock' | 'keep' | 'events'> {
  readonly limits?: Partial<Limits>;
  /** Which binaries may run, with their SHA-256. Left out: every binary that passes the binary check; nobody is allowed anything by init then. */
  readonly manifest?: ProcessManifest | undefined;
  /** How a worker is started. Left out: a worker of the page, with the script this package carries. */
  readonly worker?: () => ProcessWorker;
  /** How long a process may neither call nor yield, ms. 10,000 unless told. */
  readonly watchdogMs?: number;
  /** How long a binary may take to come, and its code to start, ms. 30,000 unless told. */
  readonly spawnTimeoutMs?: number;
  /** Pages of 64 KiB a process's memory may grow to. 256 unless told. */
  readonly memoryPages?: number;
  /** What runs machines: `spawn('vm', ...)`. */
  readonly vms?: VmFactory;
  /** How syscalls are heard of. The best there is, unless told: `Atomics.waitAsync`, else messages. `poll`: by `poll_syscalls` alone. */
  readonly wake?: Wake;
}

/** The part of them that is the gateway's. */
export function gatewayOptions(options: SupervisorOptions): GatewayOptions {
  const { store, clock, limits, keep, events } = options;
  return {
    ...(store && { store }),
    ...(clock && { clock }),
    ...(limits && { limits }),
    ...(keep !== undefined && { keep }),
    ...(events !== undefined && { events }),
  };
}
