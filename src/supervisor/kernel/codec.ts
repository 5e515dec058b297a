// The state as bytes: canonical (ids in ascending order), so that two equal states have one hash, and complete but for the bytes of messages.

import { sha256 } from '@noble/hashes/sha2.js';
import { GpuvisorError } from '../../isa/errors.js';
import type { Kind, ProcessState } from '../abi/index.js';
import { ByteReader, ByteWriter } from '../abi/bytes.js';
import {
  emptyState,
  IN_FLIGHT,
  objectKey,
  setAlarm,
  type Capability,
  type Endpoint,
  type Ended,
  type KernelState,
  type Process,
  type Wait,
} from './state.js';

const VERSION = 1;

/** Values in ascending order of their keys. */
function sorted<T>(map: ReadonlyMap<number, T>): T[] {
  return [...map].sort(([a], [b]) => a - b).map(([, value]) => value);
}

export function encodeState(s: KernelState): Uint8Array {
  const w = new ByteWriter(4096).u8(VERSION).u32(s.epoch);
  for (const n of [s.nextPid, s.nextCap, s.nextEndpoint, s.nextMessage, s.nextCall, s.nextUse]) w.u64(n);
  w.u32(s.processes.size);
  for (const p of sorted(s.processes)) {
    w.u32(p.pid)
      .u32(p.parent)
      .u8(p.kind)
      .u8(p.state)
      .u32(p.nextSlot)
      .u32(p.generation)
      .text(p.name)
      .u8(p.wait ? 1 : 0);
    if (p.wait) w.u8(p.wait.kind).u64(p.wait.endpoint).u64(p.wait.cap).u64(p.wait.call).u64(p.wait.deadline);
  }
  w.u32(s.endpoints.size);
  for (const e of sorted(s.endpoints)) {
    w.u64(e.id).u32(e.owner).u32(e.waiters.length);
    for (const pid of e.waiters) w.u32(pid);
    w.u32(e.queue.length);
    for (const m of e.queue) {
      w.u64(m.id).u32(m.from).u32(m.tag).u32(m.length).u64(m.call).u8(m.caps.length);
      for (const id of m.caps) w.u64(id);
    }
  }
  w.u32(s.caps.size);
  for (const c of sorted(s.caps)) {
    w.u64(c.id).u8(c.type).u64(c.object).u8(c.rights).u32(c.generation).u64(c.expiry).u64(c.parent);
    w.u32(c.giver).u32(c.pid).u32(c.slot).u64(c.endpoint).u64(c.message);
  }
  w.u32(s.calls.size);
  for (const c of sorted(s.calls))
    w.u64(c.id)
      .u32(c.caller)
      .u64(c.endpoint)
      .u8(c.server === undefined ? 0 : 1)
      .u32(c.server ?? 0);
  w.u32(s.uses.size);
  for (const u of sorted(s.uses)) w.u64(u.id).u32(u.pid).u32(u.vm).u64(u.cap).u8(u.rights).text(u.what);
  w.u32(s.ended.length);
  for (const e of s.ended) w.u32(e.pid).text(e.name).u8(e.how).i32(e.code).u8(e.reason).text(e.text);
  return w.done();
}

/** SHA-256 of the state's bytes. */
export function hashState(state: KernelState): Uint8Array {
  return sha256(encodeState(state));
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no state */
export function decodeState(bytes: Uint8Array): KernelState {
  const r = new ByteReader(bytes, 'state');
  const version = r.u8();
  r.check(version, version === VERSION, `version ${version}`);
  const s = emptyState(r.u32());
  [s.nextPid, s.nextCap, s.nextEndpoint, s.nextMessage, s.nextCall, s.nextUse] = [r.u64(), r.u64(), r.u64(), r.u64(), r.u64(), r.u64()];
  times(r, () => {
    const process = readProcess(r);
    s.processes.set(process.pid, process);
  });
  times(r, () => {
    const endpoint = readEndpoint(r);
    s.endpoints.set(endpoint.id, endpoint);
    there(s.processes.get(endpoint.owner), 'owner').endpoints.add(endpoint.id);
  });
  times(r, () => {
    const cap = readCap(r);
    s.caps.set(cap.id, cap);
  });
  times(r, () => {
    const [id, caller, endpoint, taken, server] = [r.u64(), r.u32(), r.u64(), r.u8(), r.u32()];
    s.calls.set(id, { id, caller, endpoint, server: taken === 1 ? server : undefined });
  });
  times(r, () => {
    const [id, pid, vm, cap, rights, what] = [r.u64(), r.u32(), r.u32(), r.u64(), r.u8(), r.text()];
    s.uses.set(id, { id, pid, vm, cap, rights, what });
  });
  times(r, () => {
    const [pid, name, how, code, reason, text] = [r.u32(), r.text(), r.u8() as Ended['how'], r.i32(), r.u8(), r.text()];
    s.ended.push({ pid, name, how, code, reason, text });
  });
  r.end();
  index(s);
  return s;
}

function there<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new GpuvisorError('BAD_ARGUMENT', `state: ${what} is not there`, 'the bytes are damaged');
  return value;
}

/** Reads a count and that many things. */
function times(r: ByteReader, read: () => void): void {
  const count = r.u32();
  r.check(count, count <= r.left, `${count} entries`);
  for (let i = 0; i < count; i++) read();
}

function readProcess(r: ByteReader): Process {
  const [pid, parent, kind, state] = [r.u32(), r.u32(), r.u8() as Kind, r.u8() as ProcessState];
  const [nextSlot, generation, name, waits] = [r.u32(), r.u32(), r.text(), r.u8()];
  const wait: Wait | undefined =
    waits === 0 ? undefined : { kind: r.u8() as Wait['kind'], endpoint: r.u64(), cap: r.u64(), call: r.u64(), deadline: r.u64() };
  return { pid, parent, kind, state, nextSlot, generation, name, wait, slots: new Map(), endpoints: new Set() };
}

function readEndpoint(r: ByteReader): Endpoint {
  const endpoint: Endpoint = { id: r.u64(), owner: r.u32(), queue: [], waiters: [], bytes: 0 };
  times(r, () => endpoint.waiters.push(r.u32()));
  times(r, () => {
    const [id, from, tag, length, call, count] = [r.u64(), r.u32(), r.u32(), r.u32(), r.u64(), r.u8()];
    const caps = Array.from({ length: count }, () => r.u64());
    endpoint.queue.push({ id, from, tag, length, call, caps, data: undefined });
    endpoint.bytes += length;
  });
  return endpoint;
}

function readCap(r: ByteReader): Capability {
  const [id, type, object, rights, generation, expiry, parent] = [r.u64(), r.u8(), r.u64(), r.u8(), r.u32(), r.u64(), r.u64()];
  const [giver, pid, slot, endpoint, message] = [r.u32(), r.u32(), r.u32(), r.u64(), r.u64()];
  return { id, type, object, rights, generation, expiry, parent, giver, pid, slot, endpoint, message, children: new Set() };
}

/** The indexes, from what they index. */
function index(s: KernelState): void {
  for (const cap of s.caps.values()) {
    if (cap.pid !== IN_FLIGHT) there(s.processes.get(cap.pid), 'holder').slots.set(cap.slot, cap);
    if (cap.parent !== 0) there(s.caps.get(cap.parent), 'parent').children.add(cap.id);
    if (cap.expiry !== 0) s.mortal.add(cap.id);
    const key = objectKey(cap.type, cap.object);
    s.on.set(key, (s.on.get(key) ?? new Set()).add(cap.id));
  }
  setAlarm(s);
}
