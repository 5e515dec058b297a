// Compiles bench/guests/*.c with the cross compiler and writes bench/guests.generated.ts, so that a browser can run them too.
// `npx tsx scripts/generate-bench.ts`; needs riscv64-unknown-elf-gcc (Debian: gcc-riscv64-unknown-elf).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../bench/guests', import.meta.url));
/** Where the result is written. */
export const BENCH_GUESTS_FILE = fileURLToPath(new URL('../bench/guests.generated.ts', import.meta.url));
const FLAGS = [
  '-march=rv32im',
  '-mabi=ilp32',
  '-O2',
  '-nostdlib',
  '-ffreestanding',
  '-fno-tree-loop-distribute-patterns',
  '-Wl,-Ttext=0',
  '-Wl,--no-relax',
  '-Wl,--build-id=none',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** The text of bench/guests.generated.ts. */
export function benchGuests(): string {
  const out = mkdtempSync(join(tmpdir(), 'bench-guests-'));
  try {
    const rows = readdirSync(folder)
      .filter((f) => f.endsWith('.c'))
      .sort()
      .map((file) => {
        const name = file.slice(0, -2);
        const elf = join(out, `${name}.elf`);
        const bin = join(out, `${name}.bin`);
        execFileSync('riscv64-unknown-elf-gcc', [...FLAGS, join(folder, 'start.S'), join(folder, file), '-o', elf]);
        execFileSync('riscv64-unknown-elf-objcopy', ['-O', 'binary', elf, bin]);
        return `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(bin).toString('base64'))},`;
      });
    return [
      '// Generated from bench/guests by scripts/generate-bench.ts. Do not edit.',
      '/** Program images, base64; linked at 0, entry 0. */',
      `export const BENCH_GUESTS = {\n${rows.join('\n')}\n} as const;`,
      '',
    ].join('\n');
  } finally {
    rmSync(out, { recursive: true });
  }
}

if (process.argv[1]?.endsWith('generate-bench.ts')) writeFileSync(BENCH_GUESTS_FILE, benchGuests());
