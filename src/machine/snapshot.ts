// Snapshots: a machine as bytes, the same for both executors, in browsers and Node.
// Layout: "GPVSNAP\n", version u32, header length u32, SHA-256 of the header (32 bytes), header (JSON), parts (deflated, back to back).
// Files are hostile: lengths, hashes and every field are checked before the machine is touched.

import { MSTATUS_MASK } from '../isa/csrs.js';
import { GpuvisorError } from '../isa/errors.js';
import { EXIT, STATE_WORDS, W } from '../isa/state.js';
import { deflate, inflate } from './deflate.js';
import { canonicalState } from './digest.js';
import type { DeviceState } from './host-device.js';
import type { Machine } from './machine.js';
import { MAX_MEMORY_MB, MEMORY_MAPS, type MapName } from './map.js';
import { sha256 } from './sha256.js';
import { packRam, packedLimit, unpackRam, writePages } from './sparse.js';

const MAGIC = 'GPVSNAP\n';
const VERSION = 1;
const PREFIX = 48;
const MAX_HEADER = 1 << 20;
/** A device's blobs may be no larger than this: a disk overlay. */
const MAX_BLOB = 2 ** 31 - 1;
/** The part that holds the last console output, and its most bytes; files made by older versions have none. */
const CONSOLE = 'console';
const MAX_CONSOLE = 1 << 16;

interface Part {
  readonly name: string;
  /** Bytes before deflate, and in the file. */
  readonly size: number;
  readonly stored: number;
  /** Of the bytes in the file: checked before they are inflated. */
  readonly sha256: string;
}

/** A device in the header: its blobs are parts, by name. */
interface DeviceEntry {
  readonly kind: string;
  readonly fields: DeviceState['fields'];
  readonly blobs: Readonly<Record<string, string>>;
  readonly children: readonly DeviceEntry[];
}

/** What a snapshot says about itself. */
export interface SnapshotHeader {
  readonly map: MapName;
  /** Bytes of the RAM range. */
  readonly ramSize: number;
  /** Whether the machine has 16-bit instructions. */
  readonly compressed: boolean;
  /** Steps and instructions since reset. */
  readonly steps: number;
  readonly instret: number;
  readonly stateWords: number;
  readonly devices: readonly (DeviceEntry | null)[];
  /** SHA-256 of what each slot has from outside (disk contents), or null. */
  readonly identities: readonly (string | null)[];
  readonly parts: readonly Part[];
}

const invalid = (what: string): GpuvisorError =>
  new GpuvisorError('SNAPSHOT_INVALID', `the snapshot cannot be used: ${what}`, 'save it again with this version of gpuvisor');

/** The machine as bytes, with its last 64 KiB of console output. Input that has not entered the receive ring is not part of it. */
export async function saveSnapshot(machine: Machine): Promise<Uint8Array> {
  const parts: Part[] = [];
  const bodies: Uint8Array[] = [];
  const add = async (name: string, bytes: Uint8Array): Promise<void> => {
    const stored = await deflate(bytes);
    parts.push({ name, size: bytes.length, stored: stored.length, sha256: await sha256(stored) });
    bodies.push(stored);
  };
  const state = canonicalState(await machine.readState());
  await add('state', wordsToBytes(state));
  await add('ram', await packRam(machine));
  await add(CONSOLE, machine.console.bytes().slice(-MAX_CONSOLE));
  const entry = async (device: DeviceState, path: string): Promise<DeviceEntry> => {
    const blobs: Record<string, string> = {};
    for (const [name, bytes] of Object.entries(device.blobs)) {
      blobs[name] = `${path}/${name}`;
      await add(blobs[name], bytes);
    }
    const children: DeviceEntry[] = [];
    for (const [i, child] of (device.children ?? []).entries()) children.push(await entry(child, `${path}/${i}`));
    return { kind: device.kind, fields: device.fields, blobs, children };
  };
  const devices: (DeviceEntry | null)[] = [];
  for (const [slot, device] of machine.deviceStates().entries()) devices.push(device && (await entry(device, `slot${slot}`)));
  const header: SnapshotHeader = {
    map: machine.config.map.name,
    ramSize: machine.config.ramSize,
    compressed: machine.config.compressed ?? false,
    steps: machine.steps,
    instret: state[W.retired]! + state[W.retired + 1]! * 2 ** 32,
    stateWords: STATE_WORDS,
    devices,
    identities: await machine.deviceIdentities(),
    parts,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const prefix = new Uint8Array(PREFIX);
  prefix.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(prefix.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, json.length, true);
  prefix.set(fromHex(await sha256(json)), 16);
  return join([prefix, json, ...bodies]);
}

/** What the snapshot holds, checked: a machine for it can be made from `map` and `ramSize`. @throws GpuvisorError SNAPSHOT_INVALID */
export async function readSnapshotHeader(file: Uint8Array): Promise<SnapshotHeader> {
  return (await readHeader(file)).header;
}

async function readHeader(file: Uint8Array): Promise<{ header: SnapshotHeader; body: number }> {
  if (file.length < PREFIX || new TextDecoder().decode(file.subarray(0, 8)) !== MAGIC) throw invalid('it does not begin like one');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw invalid(`its format version is ${version}; this one reads ${VERSION}`);
  const length = view.getUint32(12, true);
  if (length > MAX_HEADER || PREFIX + length > file.length) throw invalid(`its header of ${length} bytes is cut short`);
  const json = file.subarray(PREFIX, PREFIX + length);
  if ((await sha256(json.slice())) !== toHex(file.subarray(16, 48))) throw invalid('its header does not match its hash');
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(json));
  } catch {
    throw invalid('its header is not JSON');
  }
  const header = checkHeader(parsed);
  const total = header.parts.reduce((sum, p) => sum + p.stored, PREFIX + length);
  if (total !== file.length) throw invalid(`it has ${file.length} bytes, its header tells of ${total}`);
  return { header, body: PREFIX + length };
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
const isHash = (v: unknown): v is string => typeof v === 'string' && /^[0-9a-f]{64}$/.test(v);

function checkHeader(h: unknown): SnapshotHeader {
  if (!isObject(h)) throw invalid('its header is not an object');
  const { map, ramSize, compressed, steps, instret, stateWords, devices, identities, parts } = h;
  if (map !== 'visual' && map !== 'virt') throw invalid(`its map is ${String(map)}`);
  if (!isCount(ramSize) || ramSize === 0 || ramSize % 4096 !== 0 || ramSize > MAX_MEMORY_MB * (1 << 20))
    throw invalid(`its RAM has ${String(ramSize)} bytes`);
  if (ramSize < MEMORY_MAPS[map].hole.size) throw invalid(`its RAM has ${ramSize} bytes`);
  if (typeof compressed !== 'boolean') throw invalid('it does not say whether there are 16-bit instructions');
  if (!isCount(steps) || !isCount(instret)) throw invalid('it has no step count');
  if (stateWords !== STATE_WORDS) throw invalid(`its state has ${String(stateWords)} words; this version has ${STATE_WORDS}`);
  if (!Array.isArray(devices) || devices.length > 64 || !devices.every((d) => d === null || isDevice(d, 0)))
    throw invalid('its devices are malformed');
  if (!Array.isArray(identities) || identities.length !== devices.length || !identities.every((i) => i === null || isHash(i))) {
    throw invalid('its device identities are malformed');
  }
  if (!Array.isArray(parts) || parts.length > 256 || !parts.every(isPart)) throw invalid('its parts are malformed');
  return h as unknown as SnapshotHeader;
}

function isPart(p: unknown): p is Part {
  return (
    isObject(p) &&
    typeof p['name'] === 'string' &&
    isCount(p['size']) &&
    p['size'] <= MAX_BLOB &&
    isCount(p['stored']) &&
    isHash(p['sha256'])
  );
}

function isDevice(d: unknown, depth: number): d is DeviceEntry {
  if (
    !isObject(d) ||
    depth > 2 ||
    typeof d['kind'] !== 'string' ||
    !isObject(d['fields']) ||
    !isObject(d['blobs']) ||
    !Array.isArray(d['children'])
  )
    return false;
  return (
    Object.values(d['blobs']).every((n) => typeof n === 'string') &&
    d['children'].length <= 8 &&
    d['children'].every((c) => isDevice(c, depth + 1))
  );
}

/**
 * Puts a snapshot into a machine that has the same map, memory and devices (and the same disk contents). After an error that concerns devices the
 * machine is to be disposed of; every other error leaves it as it was.
 * @throws GpuvisorError SNAPSHOT_INVALID
 */
export async function restoreSnapshot(machine: Machine, file: Uint8Array): Promise<void> {
  const { header, body } = await readHeader(file);
  const { map, ramSize } = machine.config;
  const compressed = machine.config.compressed ?? false;
  if (header.compressed !== compressed)
    throw invalid(`it is of a machine ${header.compressed ? 'with' : 'without'} 16-bit instructions, this one is not`);
  if (header.map !== map.name || header.ramSize !== ramSize) {
    throw invalid(`it is of a ${header.map} machine with ${header.ramSize} bytes of RAM, this is a ${map.name} machine with ${ramSize}`);
  }
  const contents = new Map<string, Uint8Array>();
  let at = body;
  for (const part of header.parts) {
    const limit = limitOf(part.name, ramSize);
    if (part.size > limit || contents.has(part.name)) throw invalid(`its part ${part.name} has ${part.size} bytes`);
    const stored = file.slice(at, at + part.stored);
    at += part.stored;
    const bytes = (await sha256(stored)) === part.sha256 ? await inflate(stored, part.size) : undefined;
    if (bytes?.length !== part.size) throw invalid(`its part ${part.name} is damaged`);
    contents.set(part.name, bytes);
  }
  const take = (name: string): Uint8Array => {
    const bytes = contents.get(name);
    if (!bytes) throw invalid(`it has no part ${name}`);
    return bytes;
  };
  const words = take('state');
  if (words.length !== STATE_WORDS * 4) throw invalid(`its state has ${words.length} bytes`);
  const state = bytesToWords(words);
  checkState(state, compressed);
  const pages = unpackRam(machine.config, take('ram'));
  if (typeof pages === 'string') throw invalid(`its RAM is malformed: ${pages}`);
  const device = (d: DeviceEntry): DeviceState => ({
    kind: d.kind,
    fields: d.fields,
    blobs: Object.fromEntries(Object.entries(d.blobs).map(([name, part]) => [name, take(part)])),
    children: d.children.map(device),
  });
  await machine.adopt(
    state,
    header.devices.map((d) => d && device(d)),
    header.steps,
    contents.get(CONSOLE) ?? new Uint8Array(0),
    (ram) => writePages(ram, pages),
  );
  const identities = await machine.deviceIdentities();
  const odd = identities.findIndex((id, i) => id !== header.identities[i]);
  if (odd >= 0) {
    throw new GpuvisorError(
      'SNAPSHOT_INVALID',
      `the disk in slot ${odd} is not the one the snapshot was taken with`,
      'attach the same disk image, unchanged',
    );
  }
}

/** The most bytes that a part may have. */
function limitOf(part: string, ramSize: number): number {
  if (part === 'ram') return packedLimit(ramSize);
  if (part === 'state') return STATE_WORDS * 4;
  return part === CONSOLE ? MAX_CONSOLE : MAX_BLOB;
}

/** Fields that an executor uses as indexes or enumerations. */
function checkState(s: Uint32Array, compressed: boolean): void {
  const priv = s[W.priv]!;
  if (priv !== 0 && priv !== 1 && priv !== 3) throw invalid(`its privilege level is ${priv}`);
  const mstatus = s[W.mstatus]!;
  if ((mstatus & ~MSTATUS_MASK) !== 0 || ((mstatus >>> 11) & 3) === 2) throw invalid(`its mstatus is 0x${mstatus.toString(16)}`);
  if (s[W.exit]! > EXIT.BREAKPOINT) throw invalid(`its exit reason is ${s[W.exit]!}`);
  if (s[W.x] !== 0) throw invalid('its x0 is not zero');
  if (s[W.pc]! % (compressed ? 2 : 4) !== 0) throw invalid('its pc is misaligned');
}

function wordsToBytes(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((w, i) => view.setUint32(4 * i, w, true));
  return bytes;
}

function bytesToWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of pieces) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
