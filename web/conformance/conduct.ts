// The conformance suites as the page runs them: both harts, bugs planted in the shader only (the reference hart's need its sources).

import type { FleetFactory } from '../../src/conformance/programs/index.js';
import { GPU_MUTANTS, applyEdit, type Mutant } from '../../src/conformance/mutants/index.js';
import { runConformance, type ConformanceProgress, type ConformanceReport } from '../../src/conformance/suites.js';
import { GpuFleet } from '../../src/gpu/fleet.js';
import { ReferenceFleet } from '../../src/reference/index.js';
import type { Work } from '../shared/work.js';
import type { ConformanceRequest } from './choices.js';

const gpu: FleetFactory = (config, size) => GpuFleet.create({ ...config, size });
const reference: FleetFactory = (config, size) => Promise.resolve(new ReferenceFleet(config, size));

function plant(mutant: Mutant): Promise<FleetFactory> {
  return Promise.resolve((config, size) => GpuFleet.create({ ...config, size, transformShader: (wgsl) => applyEdit(wgsl, mutant) }));
}

export const conduct: Work<ConformanceRequest, ConformanceProgress, ConformanceReport> = (request, tell, signal) =>
  runConformance({
    fleets: { reference, gpu },
    plants: { gpu: { mutants: GPU_MUTANTS, plant } },
    suites: request.suites,
    seed: request.seed,
    sizes: { walks: request.walks, programs: request.programs },
    about: request.about,
    onProgress: tell,
    signal,
  });
