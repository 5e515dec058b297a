// gpuvisor conformance: both harts against the programs, the Sv32 oracle, each other, and with bugs planted in them.

import { readFileSync } from 'node:fs';
import { GPU_MUTANTS, REFERENCE_MUTANTS, applyEdit } from '../conformance/mutants/index.js';
import { SUITES, type ConformanceReport, type SuiteName, describeReport, runConformance } from '../conformance/suites.js';
import { GpuvisorError } from '../isa/errors.js';
import { backendFactory } from './backend.js';
import { STATUS } from './errors.js';
import { writeOutput } from './files.js';
import { ProgressLine } from './progress.js';
import { ReferenceNursery } from './reference-nursery.js';

/** Options of `gpuvisor conformance`, checked. */
export interface ConformanceArguments {
  readonly suites: readonly SuiteName[];
  readonly programs: number;
  readonly walks: number;
  readonly seed?: number;
  readonly report?: string;
  readonly verbose?: boolean;
}

/** The names of `--suites`, separated by commas. @throws GpuvisorError BAD_ARGUMENT */
export function parseSuites(text: string): readonly SuiteName[] {
  return text.split(',').map((name) => {
    const found = SUITES.find((s) => s === name.trim());
    if (!found)
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `--suites has ${name}; there are ${SUITES.join(', ')}`,
        'for example --suites programs,lockstep',
      );
    return found;
  });
}

/** Runs the suites; 0 when all passed. */
export async function conformance(args: ConformanceArguments): Promise<number> {
  const reference = backendFactory('reference');
  const gpu = backendFactory('gpu');
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(STATUS.INTERRUPTED);
    abort.abort();
  };
  process.on('SIGINT', onSignal);
  const line = new ProgressLine();
  const nursery = args.suites.includes('mutants') ? await ReferenceNursery.create() : undefined;
  let report: ConformanceReport;
  try {
    report = await runConformance({
      fleets: { reference: reference.createFleet, gpu: gpu.createFleet },
      suites: args.suites,
      sizes: { programs: args.programs, walks: args.walks },
      ...(args.seed !== undefined && { seed: args.seed }),
      ...(nursery && {
        plants: {
          reference: { mutants: REFERENCE_MUTANTS, plant: (m) => nursery.plant(m) },
          gpu: {
            mutants: GPU_MUTANTS,
            plant: async (m) => {
              const { GpuFleet } = await import('../gpu/index.js');
              return (config, size) => GpuFleet.create({ ...config, size, transformShader: (wgsl) => applyEdit(wgsl, m) });
            },
          },
        },
      }),
      about: { version: packageVersion(), runtime: `Node ${process.versions.node}` },
      onProgress: ({ suite, hart, done, total, failures, doing }) => {
        const note = [failures > 0 ? `${failures} failures` : '', doing].filter(Boolean).join(', ');
        line.show(`${suite} (${hart})`, done, total, note);
      },
      signal: abort.signal,
    });
  } catch (e) {
    if (abort.signal.aborted) return STATUS.INTERRUPTED;
    throw e;
  } finally {
    line.clear();
    process.off('SIGINT', onSignal);
    await nursery?.dispose();
  }
  for (const suite of report.suites) {
    if (args.verbose || suite.suite === 'mutants') for (const detail of suite.details) process.stdout.write(`${suite.hart}: ${detail}\n`);
  }
  process.stdout.write(`${describeReport(report)}\n`);
  process.stderr.write(`on ${gpu.name()} and ${reference.name()}\n`);
  if (args.report !== undefined) {
    const named = { ...report, about: { ...report.about, adapter: gpu.name() } };
    await writeOutput('report', args.report, `${JSON.stringify(named, undefined, 2)}\n`);
  }
  if (abort.signal.aborted) return STATUS.INTERRUPTED;
  return report.passed ? STATUS.OK : STATUS.FAILED;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
