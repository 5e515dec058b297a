// The supervisor's suite in Node with one bug planted: its sources are edited as they are loaded. SUPERVISOR_MUTANT is the bug's number in MUTANTS; without it
// nothing is planted, and the suite must pass.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { applyEdit } from '../../../src/conformance/mutants/edit.js';
import { MUTANTS } from './index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const number = process.env['SUPERVISOR_MUTANT'];
const mutant = number === undefined ? undefined : MUTANTS[Number(number)];

const plant: Plugin = {
  name: 'plant',
  enforce: 'pre',
  transform(code, id) {
    if (mutant && id.split('?')[0]!.endsWith(`/src/supervisor/${mutant.part}.ts`)) return { code: applyEdit(code, mutant), map: null };
    return undefined;
  },
};

/** Cheap and telling ones first. */
const ORDER = [
  'kernel/capabilities',
  'kernel/ipc',
  'kernel/process',
  'axiom/gateway',
  'kernel/reduce',
  'abi/',
  'axiom/',
  'kernel/invariants',
  'kernel/',
];

class CheapFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification): number => ORDER.findIndex((part) => file.moduleId.includes(`/spec/supervisor/${part}`));
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  root,
  plugins: [plant],
  test: {
    // The pure part finds its own bugs; what runs in workers would only be slower at it.
    include: ['spec/supervisor/{abi,axiom,kernel}/**/*.spec.ts'],
    exclude: ['**/*.node.spec.ts'],
    bail: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    sequence: { sequencer: CheapFirst },
    // A kernel that loops must not be waited for: run.ts ends the process.
    pool: 'forks',
  },
});
