// The worker's script itself; scripts/generate-worker.ts bundles it.
import { serveProcess, type ProcessScope } from './process-worker.js';

serveProcess(globalThis as unknown as ProcessScope);
