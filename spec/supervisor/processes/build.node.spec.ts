// The build of the processes: the same sources give the same bytes, wherever they lie; imports, exports and memory are those the worker gives; the manifest
// tells of the files that are there; the numbers of the ABI stand in one place.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile, entries, generatedAbi } from '../../../scripts/build-processes.js';
import { checkBinary } from '../../../src/supervisor/hal/process-binary.js';
import { binaries, manifest } from './built.js';

describe('the binaries', () => {
  it('are those of the sources, all of them', () => {
    expect(Object.keys(manifest.processes).sort()).toEqual([...entries().keys()].sort());
    const files = readdirSync('dist/processes').filter((file) => file.endsWith('.wasm'));
    expect(files.sort()).toEqual(
      Object.keys(binaries)
        .map((name) => `${name}.wasm`)
        .sort(),
    );
  });

  for (const [name, binary] of Object.entries(binaries)) {
    it(`${name} passes the check, is what the manifest says, and stays small`, () => {
      const { file, bytes, sha256 } = manifest.processes[name]!;
      expect([file, bytes, sha256]).toEqual([`${name}.wasm`, binary.length, createHash('sha256').update(binary).digest('hex')]);
      expect(() => checkBinary(binary, 256)).not.toThrow();
      const module = new WebAssembly.Module(binary as BufferSource);
      const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`);
      expect(imports.filter((one) => !['env.memory', 'env.syscall', 'env.answer', 'env.answer_length'].includes(one))).toEqual([]);
      expect(WebAssembly.Module.exports(module)).toEqual([{ name: '_start', kind: 'function' }]);
      expect(binary.length).toBeLessThan(50_000);
    });
  }

  it('do not depend on where the sources lie, or when they are compiled', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'gpuvisor-processes-'));
    try {
      cpSync('src/supervisor/processes', join(copy, 'src/supervisor/processes'), { recursive: true });
      const name = 'permission_manager';
      const here = await compile(entries().get(name)!);
      expect(Buffer.compare(here, Buffer.from(binaries[name]!)), 'dist has what the sources give').toBe(0);
      expect(Buffer.compare(here, await compile(entries().get(name)!, copy))).toBe(0);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

describe('the sources', () => {
  it('have the numbers of the ABI from its table', () => {
    expect(readFileSync('src/supervisor/processes/rt/abi.generated.ts', 'utf8')).toBe(generatedAbi());
  });

  it('that do not compile are refused with the compiler’s words', async () => {
    await expect(compile('src/supervisor/processes/none.ts')).rejects.toThrow(/none\.ts/);
  });
});
