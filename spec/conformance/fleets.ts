// Fleets for the specs of this folder: both harts, and harts that are wrong in one way.

import type { FleetFactory } from '../../src/conformance/programs/index.js';
import { GpuFleet } from '../../src/gpu/index.js';
import { STATE_WORDS } from '../../src/isa/state.js';
import type { Fleet } from '../../src/machine/executor.js';
import { ReferenceFleet } from '../../src/reference/index.js';

export const reference: FleetFactory = (config, size) => new ReferenceFleet(config, size);
export const gpu: FleetFactory = (config, size) => GpuFleet.create({ ...config, size });

/** A reference fleet whose states are tampered with after each run, if that machine's state says so. */
export function wrong(tamper: (state: Uint32Array) => void): FleetFactory {
  return (config, size) => {
    const fleet = new ReferenceFleet(config, size);
    const run: Fleet['run'] = async (budget) => {
      const results = await fleet.run(budget);
      const states = await fleet.readStates();
      for (let i = 0; i < size; i++) tamper(states.subarray(i * STATE_WORDS, (i + 1) * STATE_WORDS));
      await fleet.writeStates(states);
      return results;
    };
    return {
      backend: 'reference',
      config,
      size,
      run,
      readStates: () => fleet.readStates(),
      writeStates: (s) => fleet.writeStates(s),
      readMemories: () => fleet.readMemories(),
      writeMemories: (m) => fleet.writeMemories(m),
      dispose: () => fleet.dispose(),
    };
  };
}
