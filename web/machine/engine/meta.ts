// What is told of machines and snapshots to a reader.

import type { Origin as BootOrigin, SnapshotMeta } from '../../../src/agent/host.js';
import { sha256 } from '../../../src/machine/sha256.js';
import { readSnapshotHeader } from '../../../src/machine/snapshot.js';
import type { SnapshotInfo } from '../protocol.js';
import { BUILTINS } from './builtins.js';

/** What a reader calls what was booted. */
export function titleOf(origin: BootOrigin): string {
  return (origin.builtin && BUILTINS[origin.builtin]?.title) || origin.name;
}

/** What is known of a snapshot that comes as bytes alone. @throws GpuvisorError SNAPSHOT_INVALID */
export async function metaOf(bytes: Uint8Array, origin: BootOrigin): Promise<SnapshotMeta> {
  const { instret, steps, map, ramSize } = await readSnapshotHeader(bytes);
  return { origin, instret, steps, map, memoryMb: ramSize / (1 << 20), savedAt: new Date().toISOString(), sha256: await sha256(bytes) };
}

export function infoOf({ name, size, meta }: { name: string; size: number; meta: SnapshotMeta }): SnapshotInfo {
  return { name, size, title: titleOf(meta.origin), savedAt: meta.savedAt, memoryMb: meta.memoryMb, instret: meta.instret };
}
