// What goes through a mailbox's data area, little-endian. Encoders and decoders are inverse; a decoder refuses everything its encoder cannot write.

import { ByteReader, ByteWriter } from './bytes.js';
import { OBJECT, PROCESS_STATE, KIND, REVOKE_REASON, RIGHT, SIZE, SLOT } from './constants.js';

const isRights = (rights: number): boolean => rights >= 1 && rights <= RIGHT.ALL;
const isType = (type: number): boolean => type >= OBJECT.ENDPOINT && type <= OBJECT.VM;

/** What RECEIVE and CALL give. */
export interface Message {
  /** Stamped by the kernel: who sent it. 0 is the kernel itself. */
  readonly from: number;
  readonly tag: number;
  /** The open call to answer with REPLY, or 0 when nobody waits. */
  readonly call: number;
  /** Slots where its capabilities arrived, in the sender's order; SLOT.NONE for one that did not (revoked on the way, or no room). */
  readonly slots: readonly number[];
  readonly data: Uint8Array;
}

/** from u32, tag u32, call u64, count u8, slots u32 each, then the message's own bytes. */
export function encodeMessage(message: Message): Uint8Array {
  const { from, tag, call, slots, data } = message;
  const w = new ByteWriter(17 + slots.length * 4 + data.length).u32(from).u32(tag).u64(call).u8(slots.length);
  for (const slot of slots) w.u32(slot);
  return w.bytes(data).done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no message */
export function decodeMessage(bytes: Uint8Array): Message {
  const r = new ByteReader(bytes, 'message');
  const [from, tag, call, count] = [r.u32(), r.u32(), r.u64(), r.u8()];
  r.check(count, count <= SIZE.MESSAGE_CAPS, `${count} capabilities`);
  const slots = Array.from({ length: count }, () => r.u32());
  r.check(r.left, r.left <= SIZE.MESSAGE, `${r.left} bytes`);
  return { from, tag, call, slots, data: r.bytes(r.left) };
}

/** SEND_CAP's third argument: length of the message's bytes in the low half, number of capabilities in the high half. */
export function packCounts(length: number, caps: number): number {
  return (length | (caps << 16)) >>> 0;
}

/** SEND_CAP's data: the message's bytes, then the slots u32 each. */
export function encodeTransfer(data: Uint8Array, slots: readonly number[]): Uint8Array {
  const w = new ByteWriter(data.length + slots.length * 4).bytes(data);
  for (const slot of slots) w.u32(slot);
  return w.done();
}

/** The two parts of SEND_CAP's data. @throws GpuvisorError BAD_ARGUMENT when the counts do not fit it */
export function decodeTransfer(bytes: Uint8Array, counts: number): { readonly data: Uint8Array; readonly slots: readonly number[] } {
  const r = new ByteReader(bytes, 'transfer');
  const data = r.bytes(counts & 0xffff);
  const count = r.check(counts >>> 16, r.left === (counts >>> 16) * 4, `${counts >>> 16} slots in ${r.left} bytes`);
  return { data, slots: Array.from({ length: count }, () => r.u32()) };
}

/** A row of LIST_CAPS. */
export interface CapEntry {
  readonly slot: number;
  readonly type: number;
  readonly rights: number;
  readonly object: number;
}

/** count u32, then slot u32, type u8, rights u8, object u64 each. */
export function encodeCaps(caps: readonly CapEntry[]): Uint8Array {
  const w = new ByteWriter(4 + caps.length * 14).u32(caps.length);
  for (const c of caps) w.u32(c.slot).u8(c.type).u8(c.rights).u64(c.object);
  return w.done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such list */
export function decodeCaps(bytes: Uint8Array): CapEntry[] {
  const r = new ByteReader(bytes, 'list of capabilities');
  const count = r.u32();
  r.check(count, r.left === count * 14, `${count} rows in ${r.left} bytes`);
  return Array.from({ length: count }, () => {
    const [slot, type, rights, object] = [r.u32(), r.u8(), r.u8(), r.u64()];
    r.check(type, isType(type) && isRights(rights), `type ${type}, rights ${rights}`);
    return { slot, type, rights, object };
  });
}

/** A row of PS. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly kind: number;
  readonly state: number;
  readonly name: string;
}

/** count u32, then pid u32, parent u32, kind u8, state u8, name (u16 length, UTF-8) each. */
export function encodeProcesses(list: readonly ProcessEntry[]): Uint8Array {
  const w = new ByteWriter().u32(list.length);
  for (const p of list) w.u32(p.pid).u32(p.parent).u8(p.kind).u8(p.state).text(p.name);
  return w.done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such list */
export function decodeProcesses(bytes: Uint8Array): ProcessEntry[] {
  const r = new ByteReader(bytes, 'list of processes');
  const count = r.u32();
  r.check(count, r.left >= count * 12, `${count} rows in ${r.left} bytes`);
  const list = Array.from({ length: count }, () => {
    const [pid, parent, kind, state, name] = [r.u32(), r.u32(), r.u8(), r.u8(), r.text()];
    r.check(kind, kind <= KIND.PRINCIPAL && state <= PROCESS_STATE.BLOCKED, `kind ${kind}, state ${state}`);
    return { pid, parent, kind, state, name };
  });
  r.end();
  return list;
}

/** What CAP_INSPECT tells. */
export interface CapInfo extends CapEntry {
  readonly generation: number;
  /** Nanoseconds since boot; 0 for ever. */
  readonly expiry: number;
  readonly id: number;
}

/** type u8, rights u8, zero u16, slot u32, object u64, generation u32, zero u32, expiry u64, id u64: 40 bytes. */
export function encodeCapInfo(c: CapInfo): Uint8Array {
  return new ByteWriter(40)
    .u8(c.type)
    .u8(c.rights)
    .u16(0)
    .u32(c.slot)
    .u64(c.object)
    .u32(c.generation)
    .u32(0)
    .u64(c.expiry)
    .u64(c.id)
    .done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such record */
export function decodeCapInfo(bytes: Uint8Array): CapInfo {
  const r = new ByteReader(bytes, 'capability');
  const [type, rights, zero, slot, object] = [r.u8(), r.u8(), r.u16(), r.u32(), r.u64()];
  const [generation, zero2, expiry, id] = [r.u32(), r.u32(), r.u64(), r.u64()];
  r.check(type, isType(type) && isRights(rights) && zero === 0 && zero2 === 0, `type ${type}, rights ${rights}`);
  r.end();
  return { type, rights, slot, object, generation, expiry, id };
}

/** EP_CREATE's answer: slot u32, endpoint u64. */
export function encodeCreated(slot: number, endpoint: number): Uint8Array {
  return new ByteWriter(12).u32(slot).u64(endpoint).done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such record */
export function decodeCreated(bytes: Uint8Array): { readonly slot: number; readonly endpoint: number } {
  const r = new ByteReader(bytes, 'endpoint');
  const created = { slot: r.u32(), endpoint: r.u64() };
  r.end();
  return created;
}

/** What a message with TAG.CAP_REVOKED tells its holder. */
export interface RevokeNotice {
  readonly slot: number;
  readonly type: number;
  readonly object: number;
  readonly reason: number;
}

/** slot u32, type u8, object u64, reason u8: 14 bytes. */
export function encodeNotice(n: RevokeNotice): Uint8Array {
  return new ByteWriter(14).u32(n.slot).u8(n.type).u64(n.object).u8(n.reason).done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such record */
export function decodeNotice(bytes: Uint8Array): RevokeNotice {
  const r = new ByteReader(bytes, 'revoke notice');
  const [slot, type, object, reason] = [r.u32(), r.u8(), r.u64(), r.u8()];
  const good = slot !== SLOT.NONE && isType(type) && reason >= REVOKE_REASON.EXPLICIT && reason <= REVOKE_REASON.SOURCE_GONE;
  r.check(type, good, `slot ${slot}, type ${type}, reason ${reason}`);
  r.end();
  return { slot, type, object, reason };
}
