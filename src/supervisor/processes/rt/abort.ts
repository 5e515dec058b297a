// What stands for AssemblyScript's `abort`: a trap. The worker reports it, and the process ends as a fault.

/** Never returns. */
export function abort(_message: string | null, _file: string | null, _line: u32, _column: u32): void {
  unreachable();
}
