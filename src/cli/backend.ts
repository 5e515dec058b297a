// The two backends behind one name.

import { GpuvisorError } from '../isa/errors.js';
import type { Executor, ExecutorConfig, Fleet } from '../machine/executor.js';
import { ReferenceFleet, ReferenceHart } from '../reference/index.js';

export const BACKENDS = ['gpu', 'reference'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Makes executors of one backend, and knows what they run on. */
export interface BackendFactory {
  /** The adapter's name, or what else executes; known after the first machine was made. */
  name(): string;
  create(config: ExecutorConfig): Promise<Executor>;
  createFleet(config: ExecutorConfig, size: number): Promise<Fleet>;
}

/** The factory of a backend. The GPU's code is loaded when the first machine is made. */
export function backendFactory(backend: Backend): BackendFactory {
  if (backend === 'reference') {
    return {
      name: () => 'the reference hart (TypeScript)',
      create: (config) => Promise.resolve(new ReferenceHart(config)),
      createFleet: (config, size) => Promise.resolve(new ReferenceFleet(config, size)),
    };
  }
  let name = 'a WebGPU adapter';
  return {
    name: () => name,
    async create(config) {
      const { GPUExecutionSystem } = await import('../gpu/index.js');
      const system = await GPUExecutionSystem.create(config);
      name = system.adapterName;
      return system;
    },
    async createFleet(config, size) {
      const { GpuFleet } = await import('../gpu/index.js');
      const fleet = await GpuFleet.create({ ...config, size });
      name = fleet.harts.adapterName;
      return fleet;
    },
  };
}

/** Checks a backend's name. @throws GpuvisorError BAD_ARGUMENT */
export function parseBackend(name: string): Backend {
  const found = BACKENDS.find((b) => b === name);
  if (!found) throw new GpuvisorError('BAD_ARGUMENT', `--backend is ${name}; there are ${BACKENDS.join(' and ')}`, 'leave it out for gpu');
  return found;
}
