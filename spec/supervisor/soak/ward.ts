// A supervisor of the soak page: the built processes, from memory after the first time.
import {
  fetchManifest,
  fetchProcesses,
  Supervisor,
  type ProcessManifest,
  type SupervisorEvent,
  type SupervisorOptions,
} from '../../../src/supervisor/index.js';

const base = new URL('processes/', location.href);
const binaries = new Map<string, Promise<Uint8Array>>();
let manifest: Promise<ProcessManifest> | undefined;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it holds. @throws Error after `patience` ms */
export async function until(holds: () => boolean, what: string, patience = 60_000): Promise<void> {
  for (const end = performance.now() + patience; !holds(); await pause(5)) {
    if (performance.now() > end) throw new Error(`after ${patience} ms still not: ${what}`);
  }
}

export class Ward {
  readonly events: SupervisorEvent[] = [];

  private constructor(readonly supervisor: Supervisor) {}

  /** Booted, without what the manifest would start. */
  static async boot(options: SupervisorOptions = {}): Promise<Ward> {
    manifest ??= fetchManifest({ base });
    const made = { ...(await manifest), boot: [] };
    const fetcher = fetchProcesses({ base, manifest: made });
    const ward = new Ward(new Supervisor({ manifest: made, ...options }));
    const { supervisor } = ward;
    supervisor.onEvent((event) => {
      ward.events.push(event);
      if (ward.events.length > 2000) ward.events.splice(0, 1000);
    });
    supervisor.set_spawn_callback((type, name) => {
      let binary = binaries.get(type);
      if (!binary) binaries.set(type, (binary = fetcher(type, name)));
      return binary;
    });
    await supervisor.boot();
    return ward;
  }

  /** Everything that can be counted, once nothing of the processes `but` the first three is left. */
  counted(): Record<string, number> {
    const { view } = this.supervisor.dispatcher.gateway;
    const { workers, mailboxes, callbacks, backlogs, listeners } = this.supervisor.counts();
    const kernel = { processes: view.processes().length, capabilities: view.capabilities().length, endpoints: view.endpoints().length };
    return { workers, mailboxes, callbacks, backlogs, listeners, ...kernel, uses: view.uses().length };
  }

  /** @throws Error when an invariant does not hold */
  sound(): void {
    const wrong = this.supervisor.dispatcher.gateway.view.violations();
    if (wrong.length > 0) throw new Error(`invariants broken: ${wrong.slice(0, 5).join('; ')}`);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[Math.floor(sorted.length / 2)]!;
}
