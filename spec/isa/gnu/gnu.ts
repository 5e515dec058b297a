// GNU as and ld, run on a source, and what they made of it.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const TOOLS = ['riscv64-unknown-elf-as', 'riscv64-unknown-elf-ld'] as const;

/** What to say when a tool is missing; undefined when both are there. */
export function missingTools(): string | undefined {
  const missing = TOOLS.filter((t) => spawnSync(t, ['--version']).status !== 0);
  return missing.length > 0 ? `${missing.join(' and ')} not installed; on Debian: apt-get install binutils-riscv64-unknown-elf` : undefined;
}

export interface GnuResult {
  readonly sections: ReadonlyMap<string, { readonly address: number; readonly bytes: Uint8Array }>;
  readonly symbols: ReadonlyMap<string, number>;
}

/** Assembles `source` and links it with `script`. `includes` are folders of include files. */
export function gnu(
  source: string,
  script: string,
  options: { readonly includes: readonly string[]; readonly symbols: Readonly<Record<string, number>> },
): GnuResult {
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-gnu-'));
  const at = (name: string): string => join(folder, name);
  try {
    writeFileSync(at('a.s'), source);
    writeFileSync(at('a.ld'), script);
    const flags = ['-march=rv32ima_zicsr_zifencei', '-mabi=ilp32', '-mno-relax', ...options.includes.flatMap((i) => ['-I', i])];
    const defined = Object.entries(options.symbols).flatMap(([name, value]) => ['--defsym', `${name}=${value}`]);
    execFileSync(TOOLS[0], [...flags, ...defined, '-o', at('a.o'), at('a.s')], { stdio: 'pipe' });
    execFileSync(TOOLS[1], ['-m', 'elf32lriscv', '--no-relax', '-T', at('a.ld'), '-o', at('a.elf'), at('a.o')], { stdio: 'pipe' });
    return readElf(readFileSync(at('a.elf')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Allocated sections with contents, and named symbols, of an ELF32 file. */
export function readElf(file: Uint8Array): GnuResult {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const u32 = (p: number): number => view.getUint32(p, true);
  const text = (p: number): string => {
    let end = p;
    while (file[end] !== 0) end++;
    return new TextDecoder().decode(file.subarray(p, end));
  };
  const table = u32(32);
  const count = view.getUint16(48, true);
  const header = (i: number): number[] => Array.from({ length: 10 }, (_, k) => u32(table + 40 * i + 4 * k));
  const names = header(view.getUint16(50, true))[4]!;
  const sections = new Map<string, { address: number; bytes: Uint8Array }>();
  const symbols = new Map<string, number>();
  for (let i = 1; i < count; i++) {
    const [name, type, flags, address, offset, size, link] = header(i) as [number, number, number, number, number, number, number];
    if (type === 1 && (flags & 2) !== 0 && size > 0)
      sections.set(text(names + name), { address, bytes: file.slice(offset, offset + size) });
    if (type !== 2) continue;
    const strings = header(link)[4]!;
    for (let p = offset + 16; p < offset + size; p += 16) {
      const symbol = text(strings + u32(p));
      if (symbol !== '' && (file[p + 12]! & 15) < 3) symbols.set(symbol, u32(p + 4));
    }
  }
  return { sections, symbols };
}
