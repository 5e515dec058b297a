// Snapshots as files in a folder: NAME.snap, and NAME.json with what is known of it.

import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotEntry, SnapshotMeta, SnapshotStore } from '../../agent/host.js';
import { GpuvisorError } from '../../isa/errors.js';

/** Where snapshots go unless told otherwise. */
export const SNAPSHOT_FOLDER = join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'gpuvisor', 'snapshots');

/** Names that are file names on every system, and lead nowhere else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const missing = (e: unknown): boolean => (e as NodeJS.ErrnoException).code === 'ENOENT';

export class FileSnapshots implements SnapshotStore {
  constructor(readonly folder: string = SNAPSHOT_FOLDER) {}

  #path(name: string, end: 'snap' | 'json'): string {
    if (!NAME.test(name))
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${JSON.stringify(name)} is no name of a snapshot`,
        'use letters, digits, dot, dash and underscore',
      );
    return join(this.folder, `${name}.${end}`);
  }

  async put(name: string, bytes: Uint8Array, meta: SnapshotMeta): Promise<void> {
    const [snap, json] = [this.#path(name, 'snap'), this.#path(name, 'json')];
    await mkdir(this.folder, { recursive: true });
    // The description comes last: what has one is whole.
    await rm(json, { force: true });
    const write = async (path: string, content: Uint8Array | string): Promise<void> => {
      await writeFile(`${path}.new`, content);
      await rename(`${path}.new`, path);
    };
    await write(snap, bytes);
    await write(json, `${JSON.stringify(meta, undefined, 1)}\n`);
  }

  async get(name: string): Promise<{ bytes: Uint8Array; meta: SnapshotMeta } | undefined> {
    const meta = await this.#meta(name);
    if (!meta) return undefined;
    try {
      const bytes = await readFile(this.#path(name, 'snap'));
      return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), meta };
    } catch (e) {
      if (missing(e)) return undefined;
      throw e;
    }
  }

  async list(): Promise<SnapshotEntry[]> {
    const files = await readdir(this.folder).catch((e: unknown) => {
      if (missing(e)) return [];
      throw e;
    });
    const all = await Promise.all(
      files.map(async (file): Promise<SnapshotEntry | undefined> => {
        const name = /^(.*)\.json$/.exec(file)?.[1];
        if (name === undefined || !NAME.test(name)) return undefined;
        const [meta, found] = await Promise.all([this.#meta(name), stat(this.#path(name, 'snap')).catch(() => undefined)]);
        return meta && found && { name, size: found.size, meta };
      }),
    );
    return all.filter((entry) => entry !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async delete(name: string): Promise<boolean> {
    const there = (await this.#meta(name)) !== undefined;
    await rm(this.#path(name, 'json'), { force: true });
    await rm(this.#path(name, 'snap'), { force: true });
    return there;
  }

  /** What is known of a snapshot; undefined when there is none, or no more than rubbish. */
  async #meta(name: string): Promise<SnapshotMeta | undefined> {
    try {
      const meta = JSON.parse(await readFile(this.#path(name, 'json'), 'utf8')) as Partial<SnapshotMeta> | null;
      if (typeof meta?.sha256 !== 'string' || typeof meta.origin?.name !== 'string' || typeof meta.savedAt !== 'string') return undefined;
      return meta as SnapshotMeta;
    } catch (e) {
      if (missing(e) || e instanceof SyntaxError) return undefined;
      throw e;
    }
  }
}
