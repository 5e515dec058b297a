// Surroundings for the tests of src/agent: a host whose executors, timers and listeners are counted, and whose network is a table.

import {
  Agent,
  type AgentHost,
  Hypervisor,
  type Limits,
  type SnapshotEntry,
  type SnapshotMeta,
  type ToolResult,
} from '../../src/agent/index.js';
import type { Executor, ExecutorConfig } from '../../src/machine/executor.js';
import { ReferenceHart } from '../../src/reference/index.js';

/** What a URL answers. */
export type Answer = (request: { url: string; signal: AbortSignal | undefined }) => Response | Promise<Response>;

export interface TestHost extends AgentHost {
  /** Executors that were made and not disposed of. */
  readonly living: () => number;
  readonly made: () => number;
  /** Snapshots by name. */
  readonly saved: Map<string, { bytes: Uint8Array; meta: SnapshotMeta }>;
  visible: 'visible' | 'hidden' | 'none';
}

export interface TestHostOptions {
  readonly urls?: Record<string, Answer>;
  readonly builtins?: Record<string, { cartridge: Uint8Array; disk?: Uint8Array; glyphs?: unknown }>;
  readonly executor?: (config: ExecutorConfig) => Executor | Promise<Executor>;
}

/** A file at a URL. */
export const file =
  (bytes: Uint8Array, status = 200): Answer =>
  () =>
    new Response(bytes as Uint8Array<ArrayBuffer>, { status });

/** An answer that never comes, until it is not wanted any more. */
export const silence: Answer = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')), { once: true }));

/** `size` bytes that are made as they are read. `sent` counts them. */
export function endless(size: number): { answer: Answer; sent: () => number; cancelled: () => boolean } {
  let sent = 0;
  let cancelled = false;
  const chunk = new Uint8Array(1 << 20);
  return {
    sent: () => sent,
    cancelled: () => cancelled,
    answer: () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            if (sent >= size) return controller.close();
            sent += chunk.length;
            controller.enqueue(chunk);
          },
          cancel() {
            cancelled = true;
          },
        }),
      ),
  };
}

export function testHost(options: TestHostOptions = {}): TestHost {
  const { urls = {}, builtins = {}, executor = (config) => new ReferenceHart(config) } = options;
  const alive = new Set<Executor>();
  let made = 0;
  const saved = new Map<string, { bytes: Uint8Array; meta: SnapshotMeta }>();
  return {
    living: () => alive.size,
    made: () => made,
    saved,
    visible: 'none',
    async executorFactory(config) {
      const one = await executor(config);
      made++;
      alive.add(one);
      const dispose = one.dispose.bind(one);
      one.dispose = () => {
        alive.delete(one);
        dispose();
      };
      return one;
    },
    adapterName: () => 'test',
    fetch: (async (input: RequestInfo | URL, init?: RequestInit) => {
      const url = String(input);
      const answer = urls[url];
      if (!answer) throw new TypeError(`no such host: ${url}`);
      return answer({ url, signal: init?.signal ?? undefined });
    }) as typeof fetch,
    builtin: (name) => Promise.resolve(builtins[name]),
    snapshots: {
      put: (name, bytes, meta) => Promise.resolve(void saved.set(name, { bytes: bytes.slice(), meta })),
      get: (name) => Promise.resolve(saved.get(name)),
      list: () => Promise.resolve([...saved].map(([name, { bytes, meta }]): SnapshotEntry => ({ name, size: bytes.length, meta }))),
      delete: (name) => Promise.resolve(saved.delete(name)),
    },
    visibility() {
      return this.visible;
    },
  };
}

export interface Bench {
  readonly host: TestHost;
  readonly hypervisor: Hypervisor;
  readonly agent: Agent;
  /** Calls a tool; fails the test unless it worked. */
  ok(name: string, input?: unknown): Promise<Record<string, unknown>>;
  /** Calls a tool; fails the test unless it failed. The code, and the whole text. */
  error(name: string, input?: unknown, signal?: AbortSignal): Promise<{ code: string; message: string; hint: string }>;
}

/** A hypervisor with an agent on it. `fast`: guests need not wait for the clock. */
export function bench(options: TestHostOptions & { limits?: Partial<Limits> } = {}): Bench {
  const host = testHost(options);
  const hypervisor = new Hypervisor(host, { pace: 'fast', ...options.limits });
  const agent = new Agent(hypervisor);
  return {
    host,
    hypervisor,
    agent,
    async ok(name, input) {
      const result = await agent.call(name, input);
      if (!result.success) throw new Error(`${name} ${JSON.stringify(input)}: ${JSON.stringify(result)}`);
      return result;
    },
    async error(name, input, signal) {
      const result: ToolResult = await agent.call(name, input, signal && { signal });
      if (result.success) throw new Error(`${name} ${JSON.stringify(input)} worked: ${JSON.stringify(result).slice(0, 300)}`);
      const failure = result as Extract<ToolResult, { success: false }>;
      if (failure.isError !== true || failure.content[0]?.type !== 'text' || !failure.content[0].text.startsWith(failure.error.code)) {
        throw new Error(`malformed failure: ${JSON.stringify(failure)}`);
      }
      return failure.error;
    },
  };
}

/** Timers and abort listeners that are on, counted while `act` runs and after it. */
export async function counted<T>(act: () => Promise<T>): Promise<{ result: T; timers: number; listeners: number }> {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const timers = new Set<unknown>();
  globalThis.setTimeout = ((handler: () => void, ms?: number, ...rest: unknown[]) => {
    const id = set(
      () => {
        timers.delete(id);
        handler();
      },
      ms,
      ...rest,
    );
    timers.add(id);
    return id;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((id: ReturnType<typeof set>) => {
    timers.delete(id);
    clear(id);
  }) as typeof clearTimeout;
  const { addEventListener: add, removeEventListener: remove } = AbortSignal.prototype;
  const listeners = new Map<AbortSignal, Set<unknown>>();
  AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof add>) {
    const mine = listeners.get(this) ?? new Set();
    listeners.set(this, mine.add(args[1]));
    return add.apply(this, args);
  } as typeof add;
  AbortSignal.prototype.removeEventListener = function (this: AbortSignal, ...args: Parameters<typeof remove>) {
    listeners.get(this)?.delete(args[1]);
    return remove.apply(this, args);
  } as typeof remove;
  try {
    const result = await act();
    // Aborted signals let go of their listeners themselves.
    const left = [...listeners].filter(([signal]) => !signal.aborted).reduce((sum, [, mine]) => sum + mine.size, 0);
    return { result, timers: timers.size, listeners: left };
  } finally {
    globalThis.setTimeout = set;
    globalThis.clearTimeout = clear;
    AbortSignal.prototype.addEventListener = add;
    AbortSignal.prototype.removeEventListener = remove;
  }
}
