// Starts a worker for a process from the script this package carries: no file to be found, whatever bundles the page.

import type { ProcessWorker } from './protocol.js';
import { PROCESS_WORKER } from './process-worker.generated.js';

let address: string | undefined;

/** A worker of the page, ready for its process. A page with a Content-Security-Policy needs `worker-src blob:` and `script-src 'wasm-unsafe-eval'`. */
export function startWorker(): ProcessWorker {
  address ??= URL.createObjectURL(new Blob([PROCESS_WORKER], { type: 'text/javascript' }));
  return new Worker(address, { name: 'gpuvisor process' });
}
