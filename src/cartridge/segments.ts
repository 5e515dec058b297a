// The segments of a cartridge. Writers disagree about how an entry looks and where it stands (`offsets` or `segments`): every form is read, and what is
// said twice must be the same.

import { invalid, quoted } from './invalid.js';
import { isCount, isObject } from './json.js';
import { MAX_SEGMENTS } from './limits.js';

/** How an entry gave its place; `whole`: there are no entries, or one without a place, and the segment is all there is. */
export type SegmentForm = 'start,end' | '[start,end]' | 'offset,size' | 'size' | 'whole';

/** Where a segment lies in the content. */
export interface SegmentMeta {
  readonly name: string;
  readonly type: string;
  /** First byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** SHA-256 as 64 hex digits, when the file says one. */
  readonly sha256?: string;
  readonly form: SegmentForm;
}

/** What one entry says. */
interface Entry {
  readonly start?: number;
  readonly end?: number;
  readonly size?: number;
  readonly sha256?: string;
  readonly type?: string;
  readonly form: SegmentForm;
}

/** A letter, then letters, digits, dot, dash, underscore: a name that is safe as a file's and as a key. */
export const SEGMENT_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;
const MAX_TYPE_LENGTH = 64;

/** 64 hexadecimal digits. */
export const isHash = (v: unknown): v is string => typeof v === 'string' && /^[0-9a-fA-F]{64}$/.test(v);

/** Reads the segments out of the metadata `m` of content of `dataSize` bytes and of type `type`. @throws GpuvisorError CARTRIDGE_INVALID */
export function readSegments(m: Record<string, unknown>, dataSize: number, type: string): SegmentMeta[] {
  const entries = new Map<string, Entry>();
  for (const key of ['offsets', 'segments'] as const) {
    for (const [name, value] of namedEntries(m, key)) {
      const entry = readEntry(name, value);
      const other = entries.get(name);
      entries.set(name, other ? merge(name, other, entry) : entry);
    }
  }
  if (entries.size > MAX_SEGMENTS) throw invalid(`it has ${entries.size} segments; at most ${MAX_SEGMENTS} are allowed`);
  for (const [name, value] of namedEntries(m, 'hashes')) {
    if (!isHash(value)) throw invalid(`its hash of ${name} is ${quoted(value)}; it takes 64 hexadecimal digits`);
    const entry = entries.get(name);
    // A hash of something that has no place in the file says nothing about the file.
    if (entry) entries.set(name, merge(name, entry, { sha256: value.toLowerCase(), form: 'whole' }));
  }
  const segments = place(entries, dataSize, type);
  checkPlaces(segments, dataSize);
  return segments;
}

function namedEntries(m: Record<string, unknown>, key: string): [string, unknown][] {
  const value = m[key] ?? {};
  if (!isObject(value)) throw invalid(`its ${key} are ${quoted(value)}; they take an object`);
  const entries = Object.entries(value);
  for (const [name] of entries) {
    if (!SEGMENT_NAME.test(name)) {
      throw invalid(
        `it has a segment called ${quoted(name)}; a name begins with a letter and has letters, digits, dots, dashes and underscores`,
      );
    }
  }
  return entries;
}

function readEntry(name: string, value: unknown): Entry {
  if (Array.isArray(value)) {
    if (value.length !== 2) throw invalid(`its segment ${name} has a place of ${value.length} numbers; it takes [start, end]`);
    return { ...range(name, value[0], value[1]), form: '[start,end]' };
  }
  if (!isObject(value)) throw invalid(`its segment ${name} is ${quoted(value)}; it takes {start, end}, [start, end] or {offset, size}`);
  const { start, end, offset, size, sha256, type } = value;
  if (size !== undefined && !isCount(size)) throw invalid(`its segment ${name} has a size of ${quoted(size)}; it takes a whole number`);
  if (sha256 !== undefined && !isHash(sha256)) {
    throw invalid(`its segment ${name} has the hash ${quoted(sha256)}; it takes 64 hexadecimal digits`);
  }
  if (type !== undefined && (typeof type !== 'string' || type.length > MAX_TYPE_LENGTH)) {
    throw invalid(`its segment ${name} has the type ${quoted(type)}; it takes at most ${MAX_TYPE_LENGTH} characters`);
  }
  const rest = { ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }), ...(type !== undefined && { type }) };
  const forms: Entry[] = [];
  if (start !== undefined || end !== undefined) {
    const last = end === undefined && isCount(start) && size !== undefined ? start + size : end;
    forms.push({ ...range(name, start, last), form: 'start,end' });
  }
  if (offset !== undefined) {
    if (size === undefined) throw invalid(`its segment ${name} has an offset and no size`);
    forms.push({ ...range(name, offset, isCount(offset) ? offset + size : offset), form: 'offset,size' });
  }
  if (size !== undefined) forms.push({ size, form: 'size' });
  return forms.reduce<Entry>((a, b) => merge(name, a, b), { ...rest, form: 'whole' });
}

function range(name: string, start: unknown, end: unknown): { start: number; end: number; size: number } {
  if (!isCount(start) || !isCount(end) || end < start) {
    throw invalid(`its segment ${name} goes from ${quoted(start)} to ${quoted(end)}; it takes whole numbers, the smaller first`);
  }
  return { start, end, size: end - start };
}

/** Two accounts of one segment. The form is that of the first with a place. */
function merge(name: string, a: Entry, b: Entry): Entry {
  for (const key of ['start', 'end', 'size', 'sha256', 'type'] as const) {
    if (a[key] !== undefined && b[key] !== undefined && a[key] !== b[key]) {
      throw invalid(`its segment ${name} is described twice, with ${key} ${quoted(a[key])} and ${quoted(b[key])}`);
    }
  }
  const known = (e: Entry): number => (e.start !== undefined ? 2 : e.size !== undefined ? 1 : 0);
  return { ...a, ...b, form: known(b) > known(a) ? b.form : a.form };
}

/** Gives each entry its place. */
function place(entries: ReadonlyMap<string, Entry>, dataSize: number, type: string): SegmentMeta[] {
  if (entries.size === 0) {
    if (dataSize === 0) return [];
    const name = type === 'disk' ? 'disk' : type === 'kernel' || type === 'program' ? 'kernel' : 'data';
    return [{ name, type: name, start: 0, end: dataSize, form: 'whole' }];
  }
  const list = [...entries];
  // Entries that only say how long they are lie back to back, as their order says.
  const backToBack = list.every(([, e]) => e.start === undefined && e.size !== undefined);
  let at = 0;
  return list.map(([name, e]) => {
    let { start, end } = e;
    if (start === undefined || end === undefined) {
      if (backToBack) {
        start = at;
        end = at += e.size!;
      } else if (list.length === 1) {
        start = 0;
        end = dataSize;
      } else throw invalid(`its segment ${name} does not say where it begins`);
      if (e.sha256 === undefined && (start !== 0 || end !== dataSize)) {
        throw invalid(`its segment ${name} does not say where it begins, and has no hash to know it by`);
      }
    }
    return { name, type: e.type ?? name, start, end, ...(e.sha256 !== undefined && { sha256: e.sha256 }), form: e.form };
  });
}

function checkPlaces(segments: SegmentMeta[], dataSize: number): void {
  segments.sort((a, b) => a.start - b.start || a.end - b.end);
  let before: SegmentMeta | undefined;
  for (const s of segments) {
    if (s.end > dataSize) throw invalid(`its segment ${s.name} ends at ${s.end}; its content has ${dataSize} bytes`);
    if (s.end === s.start) continue;
    if (before && s.start < before.end) throw invalid(`its segments ${before.name} and ${s.name} overlap`);
    before = s;
  }
}
