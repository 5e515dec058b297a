// The browser as the agent floor's surroundings: executors, the page's own guests, the snapshot shelf, text recognition.

import type { AgentHost, SnapshotStore } from '../../../src/agent/host.js';
import { GPUExecutionSystem } from '../../../src/gpu/index.js';
import { ReferenceHart } from '../../../src/reference/index.js';
import type { Backend } from '../protocol.js';
import type { CartridgeShelf } from '../store/cartridges.js';
import { type Builtins, BUILTINS } from './builtins.js';
import { pageOcr } from './ocr.js';

export interface BrowserHostOptions {
  /** The page's address: guests and text recognition lie beside it, and relative addresses start from it. */
  readonly base: string;
  readonly builtins: Builtins;
  readonly snapshots: SnapshotStore;
  readonly cartridges: CartridgeShelf | undefined;
}

export class BrowserHost implements AgentHost {
  readonly pace = 'real';
  readonly snapshots: SnapshotStore;
  /** New machines are made with this hart. */
  backend: Backend = 'gpu';
  /** The page is seen. */
  seen = true;
  #adapter = '';

  constructor(private readonly options: BrowserHostOptions) {
    this.snapshots = options.snapshots;
  }

  executorFactory: AgentHost['executorFactory'] = async (config) => {
    if (this.backend === 'reference') return ReferenceHart.create(config);
    const system = await GPUExecutionSystem.create(config);
    this.#adapter = system.adapterName;
    return system;
  };

  adapterName(): string {
    return this.backend === 'reference' ? 'reference hart' : this.#adapter;
  }

  readonly fetch: typeof fetch = (input, init) => fetch(typeof input === 'string' ? new URL(input, this.options.base) : input, init);

  builtin: AgentHost['builtin'] = async (name) => {
    if (!Object.hasOwn(BUILTINS, name)) return undefined;
    return this.options.builtins.guest(name);
  };

  ocr = (): ReturnType<NonNullable<AgentHost['ocr']>> => pageOcr(this.options.base);

  visibility(): 'visible' | 'hidden' {
    return this.seen ? 'visible' : 'hidden';
  }

  keepCartridge = async (hash: string, bytes: Uint8Array): Promise<void> => this.options.cartridges?.keep(hash, bytes);
  findCartridge = async (hash: string): Promise<Uint8Array | undefined> => this.options.cartridges?.find(hash);
}
