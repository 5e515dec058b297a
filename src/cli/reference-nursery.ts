// Reference harts with a bug planted, in Node: the compiled JavaScript is copied, edited and imported from a temporary folder.

import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyEdit, type Mutant } from '../conformance/mutants/index.js';
import type { FleetFactory } from '../conformance/programs/index.js';

/** What the reference hart imports. */
const FOLDERS = ['isa', 'machine', 'reference'] as const;
const SOURCE = fileURLToPath(new URL('..', import.meta.url));

/** Copies a folder as JavaScript: as it is when this runs from the package, transpiled when it runs from the sources. */
async function copyCompiled(from: string, to: string): Promise<void> {
  if (import.meta.url.endsWith('.js')) {
    await cp(from, to, { recursive: true });
    return;
  }
  const { default: typescript } = await import('typescript');
  const compilerOptions = { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.ESNext, verbatimModuleSyntax: true };
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyCompiled(source, target);
    else if (entry.name.endsWith('.ts')) {
      await writeFile(
        target.replace(/\.ts$/, '.js'),
        typescript.transpileModule(await readFile(source, 'utf8'), { compilerOptions }).outputText,
      );
    }
  }
}

/** A temporary copy of the reference hart to plant bugs in. Call `dispose` to remove it. */
export class ReferenceNursery {
  private count = 0;
  private constructor(private readonly root: string) {}

  static async create(): Promise<ReferenceNursery> {
    const root = await mkdtemp(join(tmpdir(), 'gpuvisor-mutants-'));
    await writeFile(join(root, 'package.json'), '{"type":"module"}');
    for (const folder of FOLDERS) await copyCompiled(join(SOURCE, folder), join(root, folder));
    return new ReferenceNursery(root);
  }

  /** The compiled text of a file of the reference hart. */
  text(part: string): Promise<string> {
    return readFile(join(this.root, 'reference', `${part}.js`), 'utf8');
  }

  /** A factory of fleets with the bug in them. @throws GpuvisorError INTERNAL when the edit does not fit */
  async plant(mutant: Mutant): Promise<FleetFactory> {
    const folder = join(this.root, `mutant-${this.count++}`);
    await mkdir(folder);
    for (const shared of ['isa', 'machine']) await symlink(join(this.root, shared), join(folder, shared), 'junction');
    await cp(join(this.root, 'reference'), join(folder, 'reference'), { recursive: true });
    await writeFile(join(folder, 'reference', `${mutant.part}.js`), applyEdit(await this.text(mutant.part), mutant));
    const planted = (await import(
      /* @vite-ignore */ pathToFileURL(join(folder, 'reference', 'index.js')).href
    )) as typeof import('../reference/index.js');
    return (config, size) => new planted.ReferenceFleet(config, size);
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
