// Writes golden/qemu/signatures.json: what qemu-system-riscv32 gives for every program of riscv-tests/, assembled with KEEP_GOING.
// `npx tsx scripts/record-qemu.ts`; programs that golden/qemu/differences.json calls notRun are left out.

import { readFileSync, writeFileSync } from 'node:fs';
import { buildProgram, programList } from '../src/conformance/programs/index.js';
import { QEMU, QEMU_ARGUMENTS, inParallel, qemuSignature, qemuVersion } from './qemu.js';

const folder = new URL('../golden/qemu/', import.meta.url);
const { notRun } = JSON.parse(readFileSync(new URL('differences.json', folder), 'utf8')) as { notRun: Record<string, string> };
const version = qemuVersion();
if (version === undefined) throw new Error(`${QEMU} is not installed; on Debian: apt-get install qemu-system-misc`);
const list = programList().filter(([name, environment]) => !(`${name}.${environment}` in notRun));
const signatures = await inParallel(list, 2, async ([name, environment]) => {
  const words = await qemuSignature(buildProgram(name, environment, { keepGoing: true }));
  if (!words) throw new Error(`${name}.${environment} did not end in time; list it under notRun with the reason`);
  process.stderr.write('.');
  return [`${name}.${environment}`, words.join(' ')] as const;
});
process.stderr.write('\n');
const golden = {
  made: `npx tsx scripts/record-qemu.ts: ${QEMU} ${QEMU_ARGUMENTS.join(' ')} NAME.elf, programs assembled with KEEP_GOING`,
  version,
  signatures: Object.fromEntries(signatures),
};
writeFileSync(new URL('signatures.json', folder), `${JSON.stringify(golden, null, 1)}\n`);
