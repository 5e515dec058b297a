// Counts the pure kernel: every line of src/supervisor/kernel, comments and blank lines included. More than 3,000 fail.
// `npm run kernel:lines`, or `npx tsx scripts/kernel-lines.ts`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIMIT = 3000;
const folder = fileURLToPath(new URL('../src/supervisor/kernel', import.meta.url));

let total = 0;
for (const name of readdirSync(folder).sort()) {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n').length - 1;
  console.log(`${String(lines).padStart(6)}  ${name}`);
  total += lines;
}
console.log(`${String(total).padStart(6)}  in all; at most ${LIMIT}`);
process.exit(total > LIMIT ? 1 : 0);
