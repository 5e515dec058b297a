// What the supervisor is handed to have machines: where they run is no concern of it. A hypervisor in this realm is one such place, the engine's worker
// behind a page another (src/agent/vm-factory.ts, web/supervised/engine-vms.ts).

import type { VmStatus } from '../../machine/virtual-machine.js';

/** What a machine may take. */
export interface VmQuota {
  /** MiB of RAM at most. */
  readonly memoryMb: number;
  /** Share of wall time that its hart may run: 0.01 to 1. */
  readonly share: number;
}

/** As much as there is. */
export const VM_QUOTA: VmQuota = { memoryMb: 1024, share: 1 };

/** One machine, as it came: another one in its place is another backend. */
export interface VmBackend {
  status(): VmStatus;
  /** Whether console output comes gathered already: a few pieces a second, not one a character. */
  readonly gathers: boolean;
  /** Every piece of console output from now on; returns how to stop. */
  onConsole(listener: (bytes: Uint8Array) => void): () => void;
  /** Every change of `status().state`; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** Bytes for the serial line. Resolves when the machine has room for more; rejects when it is gone. */
  send(bytes: Uint8Array): Promise<void>;
  /** Bounds its hart from now on. */
  limit(share: number): void;
  /** Ends it and frees what it has. A second call does nothing. */
  dispose(): Promise<void>;
}

/** What to boot as a process. */
export interface VmRequest {
  readonly pid: number;
  readonly kernelId: string;
  /** A built-in cartridge's name, or a URL. */
  readonly kernel: string;
  /** MiB; the cartridge's own wish unless told. */
  readonly memoryMb?: number;
  readonly quota: VmQuota;
  /** Aborted when the process is killed meanwhile. */
  readonly signal: AbortSignal;
}

/** A place where machines run. */
export interface VmFactory {
  /**
   * `appeared` is called with every machine that comes, whoever booted it, before it takes its first step or as soon as that can be told; again for another
   * one under the same pid. `gone` when one has ended without the supervisor. Returns how to stop.
   */
  connect(events: { appeared(pid: number, backend: VmBackend): void; gone(pid: number): void }): () => void;
  /** Boots a machine: `appeared` has been called when it resolves. @throws GpuvisorError, and then nothing is left of it */
  boot(request: VmRequest): Promise<void>;
}
