// The engine in a worker. It says at once whether it can work here: not every browser has WebGPU in workers.
import type { FromEngine } from '../protocol.js';
import { type EnginePort, serveEngine } from './serve.js';

const port = globalThis as unknown as EnginePort;
const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
serveEngine(port);
port.postMessage({ kind: adapter ? 'ready' : 'unable' } satisfies FromEngine);
