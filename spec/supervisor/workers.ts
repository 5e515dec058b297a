// Workers for processes in every runtime: the platform's in browsers, worker_threads in Node. Each runs the script that the package carries.
import type { FromProcess, ProcessWorker } from '../../src/supervisor/hal/protocol.js';
import { PROCESS_WORKER } from '../../src/supervisor/hal/process-worker.generated.js';
import { startWorker } from '../../src/supervisor/hal/start-worker.js';

const threads = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.('node:worker_threads');

/** What a browser's worker has and a thread has not. */
const SCOPE = `
const { parentPort } = require('node:worker_threads');
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => globalThis.onmessage?.({ data }));
`;

/** A worker that runs a script. */
export function scriptWorker(script: string): ProcessWorker {
  if (!threads) {
    const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    return new Worker(address);
  }
  const thread = new threads.Worker(SCOPE + script, { eval: true });
  const worker: ProcessWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (message, transfer) => thread.postMessage(message, transfer as never),
    terminate: () => void thread.terminate(),
  };
  thread.on('message', (data: FromProcess) => worker.onmessage?.({ data } as MessageEvent));
  thread.on('error', (error) => worker.onerror?.({ message: String(error) } as ErrorEvent));
  return worker;
}

/** What a supervisor is given: undefined in browsers, where it finds its own. */
export const worker: (() => ProcessWorker) | undefined = threads ? () => scriptWorker(PROCESS_WORKER) : undefined;
export { startWorker };
