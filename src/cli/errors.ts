// What the command line says when something is wrong, and with which exit status it leaves.

import { GpuvisorError } from '../isa/errors.js';

/** Exit statuses: 0 done, 1 failed, 2 used wrongly, 124 out of time, 130 interrupted. */
export const STATUS = { OK: 0, FAILED: 1, USAGE: 2, TIMEOUT: 124, INTERRUPTED: 130 } as const;

/** Prints an error as `error CODE: message` with its hint on a line of its own. */
export function printError(error: unknown): void {
  if (error instanceof GpuvisorError) {
    process.stderr.write(`error ${error.code}: ${error.message}\n`);
    if (error.hint) process.stderr.write(`  ${error.hint}\n`);
    return;
  }
  process.stderr.write(`error INTERNAL: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.stderr.write('  This is a defect of gpuvisor: please report it with the lines above.\n');
}

/** The exit status for an error. */
export function statusOf(error: unknown): number {
  if (!(error instanceof GpuvisorError)) return STATUS.FAILED;
  if (error.code === 'TIMEOUT') return STATUS.TIMEOUT;
  return error.code === 'BAD_ARGUMENT' || error.code === 'BAD_MEMORY_SIZE' ? STATUS.USAGE : STATUS.FAILED;
}
