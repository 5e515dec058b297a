// What the agent floor is handed: executors, files, a store for snapshots. Node and the page's worker each give one.

import type { Executor, ExecutorConfig } from '../machine/executor.js';
import type { MapName } from '../machine/map.js';
import type { Ocr } from '../screen/index.js';

/** The built-in cartridges. */
export const BUILTINS = ['linux', 'desk', 'mmu'] as const;

/** A built-in cartridge and what goes with it. */
export interface Builtin {
  readonly cartridge: Uint8Array;
  readonly disk?: Uint8Array;
  /** What glyphs.json holds, when the cartridge has no `glyphs` segment. */
  readonly glyphs?: unknown;
}

/** What a machine was booted from: enough to make the same machine again. */
export interface Origin {
  /** File name, or what else to call it. */
  readonly name: string;
  /** The built-in cartridge's name. */
  readonly builtin?: string;
  /** Where it came from. */
  readonly url?: string;
  readonly disk_url?: string;
  /** SHA-256 of the cartridge files. */
  readonly cartridge?: string;
  readonly disk?: string;
  /** What was added to the kernel command line. */
  readonly append?: string;
}

/** What is known of a snapshot without reading it. Plain JSON. */
export interface SnapshotMeta {
  readonly origin: Origin;
  readonly instret: number;
  readonly steps: number;
  readonly memoryMb: number;
  readonly map: MapName;
  /** ISO 8601. */
  readonly savedAt: string;
  /** Of the snapshot's bytes. */
  readonly sha256: string;
}

export interface SnapshotEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly meta: SnapshotMeta;
}

/** Snapshots by name: IndexedDB in a page, files in Node. */
export interface SnapshotStore {
  /** Replaces what has this name. */
  put(name: string, bytes: Uint8Array, meta: SnapshotMeta): Promise<void>;
  get(name: string): Promise<{ readonly bytes: Uint8Array; readonly meta: SnapshotMeta } | undefined>;
  list(): Promise<readonly SnapshotEntry[]>;
  /** False when there was none. */
  delete(name: string): Promise<boolean>;
}

/** The surroundings of a hypervisor. */
export interface AgentHost {
  executorFactory(config: ExecutorConfig): Promise<Executor>;
  /** What machines run on: the adapter's name; known after the first one was made. */
  adapterName(): string;
  readonly fetch: typeof fetch;
  /** Undefined for a name that is none of BUILTINS; rejects when it is one and cannot be had. */
  builtin(name: string): Promise<Builtin | undefined>;
  readonly snapshots: SnapshotStore;
  /** Starts text recognition; called once, when it is first needed. */
  readonly ocr?: () => Promise<Ocr>;
  /** Whether the page is seen; `none` without a page. */
  visibility(): 'visible' | 'hidden' | 'none';
  /** A file that agents may name by its path, where there are such; refuses all others. @throws GpuvisorError */
  readFile?(path: string, maxBytes: number): Promise<Uint8Array>;
  /** Keeps cartridges that came from nowhere a URL could name, so that snapshots of their machines can be restored after a reload. */
  keepCartridge?(sha256: string, bytes: Uint8Array): Promise<void>;
  findCartridge?(sha256: string): Promise<Uint8Array | undefined>;
}
