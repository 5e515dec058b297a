// Byte for byte what GNU as and ld make: a file with everything in it, the firmware, and every program of riscv-tests/ in every
// environment. Sections' addresses and contents, and symbols' values; our own ELF file is read back the same way.
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROGRAMS, INCLUDES } from '../../src/conformance/programs/index.js';
import { assemble, linkerScript } from '../../src/isa/index.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { gnu, missingTools, readElf } from './gnu/gnu.js';

const here = new URL('gnu/', import.meta.url);
const root = new URL('../../', import.meta.url);

function compare(
  name: string,
  source: string,
  includes: URL,
  include: (file: string) => string,
  symbols: Record<string, number>,
  base = 0x80000000,
): void {
  const ours = assemble(source, { file: name, base, symbols, include });
  const theirs = gnu(source, linkerScript(ours.sections, base), { includes: [includes.pathname], symbols });
  const kept = ours.sections.filter((s) => !s.nobits && s.size > 0);
  expect(
    kept.map((s) => s.name),
    name,
  ).toEqual([...theirs.sections.keys()]);
  const back = readElf(ours.elf);
  for (const s of kept) {
    const other = theirs.sections.get(s.name)!;
    expect(s.address, `${name} ${s.name}`).toBe(other.address);
    expect(Buffer.compare(s.bytes, other.bytes), `${name} ${s.name}: bytes`).toBe(0);
    expect(Buffer.compare(back.sections.get(s.name)!.bytes, other.bytes), `${name} ${s.name}: bytes of our ELF`).toBe(0);
  }
  const named = (m: ReadonlyMap<string, number>): [string, number][] =>
    [...m].filter(([n]) => !/^(\.L|\$[dx])/.test(n)).sort(([a], [b]) => (a < b ? -1 : 1));
  // Mapping symbols ($x, $d) and .L labels are the tools' own.
  expect(named(ours.symbols), name).toEqual(named(theirs.symbols));
  expect(named(back.symbols), name).toEqual(named(theirs.symbols));
}

describe('GNU as and ld', () => {
  it('are installed', () => {
    expect(missingTools()).toBeUndefined();
  });

  it('make the same of everything.s', () => {
    const read = (name: string): string => readFileSync(new URL(name, here), 'utf8');
    for (const base of [0x80000000, 0, 0x00400000]) compare('everything.s', read('everything.s'), here, read, { VIRT: 1 }, base);
  });

  it('make the same of the firmware', () => {
    const folder = new URL('guest/firmware/', root);
    const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
    const files = readdirSync(folder).filter((f) => f.endsWith('.s') || f.endsWith('.S'));
    expect(files.length).toBeGreaterThan(0);
    for (const f of files) {
      for (const map of Object.values(MEMORY_MAPS)) {
        const symbols = { UART_BASE: map.uart.base, TEST_BASE: map.test.base, KERNEL_ENTRY: map.kernel };
        compare(f, read(f), folder, read, symbols, map.firmware);
      }
    }
  });

  it('make the same of every program', { timeout: 300_000 }, () => {
    const folder = new URL('riscv-tests/include/', root);
    let count = 0;
    for (const p of PROGRAMS) {
      for (const e of p.environments) {
        compare(p.name, p.source, folder, (name) => INCLUDES[name]!, e === 'virtual' ? { VIRTUAL: 1 } : {});
        count++;
      }
    }
    expect(count).toBeGreaterThanOrEqual(150);
  });
});
