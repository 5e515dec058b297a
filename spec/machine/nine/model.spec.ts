// The served tree against a model: a flat map from path to contents, with the rules of POSIX written down once more.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { Client, Errno, O } from './client.js';

const FOLDER = Symbol('folder');
/** Paths below /shared, without a slash at the front; '' is /shared itself. */
class Model {
  readonly files = new Map<string, Uint8Array | typeof FOLDER>([['', FOLDER]]);
  constructor(readonly room: number) {}

  get bytes(): number {
    return [...this.files.values()].reduce((sum, f) => sum + (f === FOLDER ? 0 : f.length), 0);
  }

  parent(path: string): string {
    return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  }

  below(path: string): string[] {
    return [...this.files.keys()].filter((k) => k.startsWith(`${path}/`));
  }

  /** Each gives whether it worked. */
  mkdir(path: string): boolean {
    if (this.files.get(this.parent(path)) !== FOLDER || this.files.has(path)) return false;
    this.files.set(path, FOLDER);
    return true;
  }

  write(path: string, offset: number, data: Uint8Array): boolean {
    const old = this.files.get(path);
    if (this.files.get(this.parent(path)) !== FOLDER || old === FOLDER) return false;
    const before = old ?? new Uint8Array(0);
    const size = data.length === 0 ? before.length : Math.max(before.length, offset + data.length);
    if (this.bytes - before.length + size > this.room) {
      // Opening made the file; writing it failed.
      this.files.set(path, before);
      return false;
    }
    const next = new Uint8Array(size);
    next.set(before);
    if (data.length > 0) next.set(data, offset);
    this.files.set(path, next);
    return true;
  }

  truncate(path: string, size: number): boolean {
    const old = this.files.get(path);
    if (!(old instanceof Uint8Array) || this.bytes - old.length + Math.max(size, 0) > this.room) return false;
    const next = new Uint8Array(size);
    next.set(old.subarray(0, size));
    this.files.set(path, next);
    return true;
  }

  unlink(path: string): boolean {
    return this.files.get(path) instanceof Uint8Array && this.files.delete(path);
  }

  rmdir(path: string): boolean {
    return path !== '' && this.files.get(path) === FOLDER && this.below(path).length === 0 && this.files.delete(path);
  }

  rename(from: string, to: string): boolean {
    const what = this.files.get(from);
    const there = this.files.get(to);
    if (what === undefined || this.files.get(this.parent(to)) !== FOLDER) return false;
    if (from === to) return true;
    if (to.startsWith(`${from}/`)) return false;
    if (there !== undefined && (what === FOLDER) !== (there === FOLDER)) return false;
    if (there === FOLDER && this.below(to).length > 0) return false;
    const moved = [from, ...this.below(from)].map((k) => [to + k.slice(from.length), this.files.get(k)!] as const);
    for (const k of [from, ...this.below(from)]) this.files.delete(k);
    for (const [k, v] of moved) this.files.set(k, v);
    return true;
  }
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((p) => p.join('/'));
const bytes = fc.uint8Array({ maxLength: 60 });
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('mkdir' as const), path }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), path, offset: fc.nat(80), data: bytes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('append' as const), path, data: bytes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('truncate' as const), path, size: fc.nat(150) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unlink' as const), path }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('rmdir' as const), path }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('host' as const), path, data: bytes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), path }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const at = (path: string): string => `/shared/${path}`;

/** Does one as a client would; a refusal throws. */
async function perform(c: Client, folder: SharedFolder, op: Operation, model: Model): Promise<void> {
  const last = op.path.slice(op.path.lastIndexOf('/') + 1);
  const parent = (fid: number, p: string): Promise<number> => c.at(fid, at(model.parent(p)));
  switch (op.do) {
    case 'mkdir':
      await c.mkdir(await parent(1, op.path), last);
      return;
    case 'write':
      await c.create(await parent(1, op.path), last, O.WRONLY);
      await c.write(1, op.offset, op.data);
      return;
    case 'append':
      await c.open(await c.at(1, at(op.path)), O.WRONLY | O.APPEND);
      await c.write(1, 3, op.data);
      return;
    case 'truncate':
      await c.setattr(await c.at(1, at(op.path)), 8, { size: op.size });
      return;
    case 'unlink':
      await c.unlink(await parent(1, op.path), last);
      return;
    case 'rmdir':
      await c.unlink(await parent(1, op.path), last, 0x200);
      return;
    case 'rename':
      await c.rename(await parent(1, op.path), last, await parent(2, op.to), op.to.slice(op.to.lastIndexOf('/') + 1));
      return;
    case 'host':
      folder.write(op.path, op.data);
      return;
    case 'reset':
      await c.version(8192);
      await c.attach(0);
  }
}

/** The same for the model. */
function expected(model: Model, op: Operation): boolean {
  switch (op.do) {
    case 'write':
      return model.write(op.path, op.offset, op.data);
    case 'append': {
      const old = model.files.get(op.path);
      return old instanceof Uint8Array && model.write(op.path, old.length, op.data);
    }
    case 'truncate':
      return model.truncate(op.path, op.size);
    case 'rename':
      return model.rename(op.path, op.to);
    case 'host': {
      const steps = op.path.split('/').map((_, i, all) => all.slice(0, i + 1).join('/'));
      const old = model.files.get(op.path);
      if (steps.slice(0, -1).some((s) => model.files.get(s) instanceof Uint8Array) || old === FOLDER) return false;
      if (model.bytes - (old?.length ?? 0) + op.data.length > model.room) return false;
      for (const s of steps.slice(0, -1)) model.files.set(s, FOLDER);
      model.files.set(op.path, op.data);
      return true;
    }
    case 'reset':
      return true;
    default:
      return model[op.do](op.path);
  }
}

test('any sequence of operations leaves what the model has', async () => {
  const worked = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 50, size: 'max' }), async (operations) => {
      const folder = new SharedFolder({ capacity: 400 });
      const model = new Model(400);
      const c = await Client.attached(new NineDevice(folder), 8192);
      for (const op of operations) {
        const should = expected(model, op);
        const did = await perform(c, folder, op, model).then(
          () => true,
          (e: unknown) => {
            if (!(e instanceof Errno) && (e as { code?: string }).code === undefined) throw e;
            return false;
          },
        );
        expect({ op, did }).toEqual({ op, did: should });
        if (did) worked.set(op.do, (worked.get(op.do) ?? 0) + 1);
        for (const fid of [1, 2]) await c.clunk(fid).catch(() => {});
      }
      const listed = new Map(folder.list().map((e) => [e.path, e.kind === 'folder' ? FOLDER : folder.read(e.path)]));
      model.files.delete('');
      expect(listed).toEqual(new Map([...model.files].map(([k, v]) => [at(k), v])));
      expect(folder.bytes).toBe(model.bytes);
      for (const [k, v] of model.files) if (v instanceof Uint8Array) expect(await c.content(at(k))).toEqual(v);
    }),
    { numRuns: 250 },
  );
  for (const op of ['mkdir', 'write', 'append', 'truncate', 'unlink', 'rmdir', 'rename', 'host'])
    expect(worked.get(op) ?? 0, op).toBeGreaterThan(3);
});
