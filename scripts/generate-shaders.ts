// Writes shaders/generated.wgsl from the tables, and src/gpu/shaders.generated.ts, which carries the shader text into bundles.
// `npx tsx scripts/generate-shaders.ts` writes; with `--check` it only says whether the files are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedWgsl } from '../src/gpu/constants.js';

/** The parts of the shader, in the order in which they are joined. */
export const PARTS = [
  'bindings',
  'generated',
  'arithmetic',
  'compressed',
  'decode',
  'devices',
  'csr',
  'trap',
  'mmu',
  'visual_cpu_riscv',
] as const;

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

/** Path and text of every generated file. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>([['shaders/generated.wgsl', generatedWgsl()]]);
  const text = (part: string): string => files.get(`shaders/${part}.wgsl`) ?? readFileSync(at(`shaders/${part}.wgsl`), 'utf8');
  const body = PARTS.map((p) => `  ${JSON.stringify(p)}: ${JSON.stringify(text(p))},`).join('\n');
  files.set(
    'src/gpu/shaders.generated.ts',
    `// Generated from shaders/*.wgsl by scripts/generate-shaders.ts. Do not edit.\n/** The text of each part of the shader, in the order in which they are joined. */\nexport const SHADER_PARTS = {\n${body}\n} as const;\n`,
  );
  return files;
}

if (process.argv[1]?.endsWith('generate-shaders.ts')) {
  for (const [path, text] of generatedFiles()) writeFileSync(at(path), text);
}
