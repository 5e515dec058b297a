// What a process's binary must be, before a worker sees it: WebAssembly that can reach its own memory and three functions, and nothing else.

import { GpuvisorError } from '../../isa/errors.js';
import { Malformed, WasmReader } from './wasm-reader.js';

/** Bounds of a binary. */
export const BINARY = {
  /** Bytes. */
  BYTES: 4 * 1024 * 1024,
  /** Pages of memory (64 KiB each) its memory may grow to, unless the supervisor is told otherwise. */
  PAGES: 256,
  /** Elements of all its tables together. */
  TABLE: 4096,
} as const;

/** The functions it may import from `env`, with their signatures (7f: i32, 7e: i64). */
const FUNCTIONS: Readonly<Record<string, string>> = { syscall: '7f7f7f7f7f7f:7e', answer_length: ':7f', answer: '7f7f:7f' };

/** What a binary asks for. */
export interface BinaryInfo {
  /** Pages its memory begins with and may grow to. */
  readonly min: number;
  readonly max: number;
  /** Functions it imports. */
  readonly imports: readonly string[];
}

const SECTION = { IMPORT: 2, FUNCTION: 3, TABLE: 4, MEMORY: 5, EXPORT: 7, START: 8, DATA_COUNT: 12 } as const;
/** The order in which sections stand. */
const ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, SECTION.DATA_COUNT, 10, 11];
const KIND = { FUNCTION: 0, MEMORY: 2 } as const;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** What was found so far. */
interface Findings {
  readonly types: string[];
  /** Types of its functions, the imported ones first. */
  readonly functions: number[];
  readonly imports: string[];
  memory: { readonly min: number; readonly max: number } | undefined;
  start: boolean;
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Malformed(what);
}

function readImport(r: WasmReader, found: Findings, pages: number): void {
  const [module, name, kind] = [r.name(), r.name(), r.byte()];
  const what = `${module}.${name}`.slice(0, 80);
  must(module === 'env', `it imports ${what}; the module is env`);
  if (kind === KIND.FUNCTION) {
    const type = r.u32();
    const signature = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    must(signature !== undefined, `it imports the function ${what}; allowed are ${Object.keys(FUNCTIONS).join(', ')}`);
    must(found.types[type] === signature, `it imports ${what} with another signature`);
    found.functions.push(type);
    found.imports.push(name);
    return;
  }
  must(kind === KIND.MEMORY && name === 'memory', `it imports ${what} of kind ${kind}; besides functions only env.memory is allowed`);
  must(found.memory === undefined, 'it imports two memories');
  const { min, max, shared } = r.limits();
  must(!shared, 'its memory is shared; a process has its own');
  must(max !== undefined, `its memory has no maximum; at most ${pages} pages`);
  must(max <= pages && min <= max, `its memory has ${min} to ${max} pages; at most ${pages}`);
  found.memory = { min, max };
}

function readTables(r: WasmReader): void {
  let elements = 0;
  for (let n = r.u32(); n > 0; n--) {
    const type = r.byte();
    must(type === 0x70 || type === 0x6f, `a table of type 0x${type.toString(16)}`);
    const { min, max, shared } = r.limits();
    must(max !== undefined && !shared && min <= max, 'a table without a maximum');
    elements += max;
    must(elements <= BINARY.TABLE, `tables of ${elements} elements; at most ${BINARY.TABLE}`);
  }
}

function readExports(r: WasmReader, found: Findings): void {
  for (let n = r.u32(); n > 0; n--) {
    const [name, kind, index] = [r.name(), r.byte(), r.u32()];
    if (name !== '_start') continue;
    must(kind === KIND.FUNCTION && index < found.functions.length, '_start is no function of its own');
    must(found.types[found.functions[index]!] === ':', '_start takes or gives something');
    found.start = true;
  }
}

function readSection(id: number, r: WasmReader, found: Findings, pages: number): void {
  must(id !== SECTION.START, 'it has a start section; its code begins at _start');
  must(id !== SECTION.MEMORY || r.u32() === 0, 'it has a memory of its own; it must import env.memory');
  if (id === 1) for (let n = r.u32(); n > 0; n--) found.types.push(r.signature());
  else if (id === SECTION.IMPORT) for (let n = r.u32(); n > 0; n--) readImport(r, found, pages);
  else if (id === SECTION.FUNCTION) for (let n = r.u32(); n > 0; n--) found.functions.push(r.u32());
  else if (id === SECTION.TABLE) readTables(r);
  else if (id === SECTION.EXPORT) readExports(r, found);
  else return;
  must(r.left === 0, `section ${id} has ${r.left} bytes too many`);
}

function read(bytes: Uint8Array, pages: number): BinaryInfo {
  must(
    HEADER.every((byte, i) => bytes[i] === byte),
    'it does not begin like WebAssembly 1',
  );
  const found: Findings = { types: [], functions: [], imports: [], memory: undefined, start: false };
  const r = new WasmReader(bytes, HEADER.length);
  let place = -1;
  while (r.left > 0) {
    const id = r.byte();
    const part = r.part(r.u32());
    if (id === 0) continue;
    const here = ORDER.indexOf(id);
    must(here >= 0, `a section of kind ${id}`);
    must(here > place, `section ${id} stands twice or out of order`);
    place = here;
    readSection(id, part, found, pages);
  }
  must(found.memory !== undefined, 'it does not import env.memory');
  must(found.start, 'it does not export _start');
  return { ...found.memory, imports: found.imports };
}

/**
 * Checks a binary: size, imports, memory, tables, no start section, `_start`; then the engine validates its code.
 * @throws GpuvisorError BINARY_INVALID with what is wrong, whatever the bytes are; TOO_LARGE beyond BINARY.BYTES
 */
export function checkBinary(bytes: Uint8Array<ArrayBuffer>, pages: number = BINARY.PAGES): BinaryInfo {
  if (bytes.length > BINARY.BYTES)
    throw new GpuvisorError('TOO_LARGE', `a binary of ${bytes.length} bytes; at most ${BINARY.BYTES}`, 'build it without debug sections');
  try {
    const info = read(bytes, pages);
    must(WebAssembly.validate(bytes), 'the engine does not accept its code');
    return info;
  } catch (e) {
    if (!(e instanceof Malformed)) throw e;
    throw new GpuvisorError('BINARY_INVALID', `no process binary: ${e.message}`, 'see "Binaries" in docs/supervisor.md');
  }
}
