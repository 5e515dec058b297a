// A supervisor for a page that has machines and no processes of its own: gateway, dispatcher, machines. It needs no shared memory, so it works on every host.

import { IndexedDbStore } from '../../src/supervisor/axiom/indexeddb.js';
import { openGateway, type Past } from '../../src/supervisor/axiom/open.js';
import type { Gateway } from '../../src/supervisor/axiom/gateway.js';
import { VmProcesses } from '../../src/supervisor/hal/vm-processes.js';
import { Dispatcher } from '../../src/supervisor/supervisor/dispatcher.js';
import { onLeaving } from '../../src/supervisor/supervisor/leaving.js';
import type { EngineLink } from '../machine/link.js';
import { EngineVms } from './engine-vms.js';
import { Machines } from './machines.js';

/** The log's database. Not that of the supervisor's page: each has its own chain. */
const LOG = 'gpuvisor-machine-log';
/** Records between two checkpoints: a page begins with verifying at most two such stretches. */
const KEEP = 2000;

export interface World {
  readonly machines: Machines;
  readonly gateway: Gateway;
  readonly past: Past | undefined;
}

/** Opens the log and puts the machines behind `link` under it. `failed` hears it when the kernel has failed: then nothing is executed any more. */
export async function openWorld(link: EngineLink, failed: (error: unknown) => void): Promise<World> {
  const { gateway, supervisor, past } = await openGateway({ store: () => IndexedDbStore.open(LOG), keep: KEEP });
  const dispatcher = new Dispatcher(gateway, supervisor, failed);
  dispatcher.asSupervisor({ kind: 'boot' });
  const machines = new Machines(link, new VmProcesses(dispatcher, new EngineVms(link)));
  onLeaving(() => void gateway.flush(true));
  return { machines, gateway, past };
}
