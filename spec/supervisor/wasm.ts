// WebAssembly by hand: small processes for specs, one instruction at a time.
import { SLOT, SYSCALL, TAG } from '../../src/supervisor/abi/index.js';

/** An unsigned number, LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** A signed number of 32 bits, LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const byte = rest & 0x7f;
    const last = (rest >> 7 === 0 && (byte & 0x40) === 0) || (rest >> 7 === -1 && (byte & 0x40) !== 0);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}

const utf8 = new TextEncoder();
const text = (value: string): number[] => [...leb(utf8.encode(value).length), ...utf8.encode(value)];
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
/** A section. */
export const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];

const I32 = 0x7f;
const I64 = 0x7e;

/** Instructions. Functions: 0 syscall, 1 answer_length, 2 answer. */
export const op = {
  i32: (value: number): number[] => [0x41, ...signed(value)],
  call: (index: number): number[] => [0x10, ...leb(index)],
  get: (local: number): number[] => [0x20, ...leb(local)],
  set: (local: number): number[] => [0x21, ...leb(local)],
  load: (offset: number): number[] => [0x28, 2, ...leb(offset)],
  store: (offset: number): number[] => [0x36, 2, ...leb(offset)],
  grow: [0x40, 0],
  add: [0x6a],
  sub: [0x6b],
  equal: [0x46],
  wrap: [0xa7],
  drop: [0x1a],
  trap: [0x00],
  loop: (...body: number[][]): number[] => [0x03, 0x40, ...body.flat(), 0x0c, 0, 0x0b],
  /** A loop that is left when its body ends; `again` inside goes on (unless in an `when`, where it is depth 1). */
  when: (condition: number[], yes: number[], no: number[] = []): number[] => [
    ...condition,
    0x04,
    0x40,
    ...yes,
    ...(no.length > 0 ? [0x05, ...no] : []),
    0x0b,
  ],
};

/** A syscall; its result stays on the stack as i32. The data is `length` bytes of memory from `at`. */
export function sys(
  number: number,
  args: readonly (number | number[])[] = [],
  at: number | number[] = 0,
  length: number | number[] = 0,
): number[] {
  const push = (value: number | number[]): number[] => (typeof value === 'number' ? op.i32(value) : value);
  const [a = 0, b = 0, c = 0] = args;
  return [...op.i32(number), ...push(a), ...push(b), ...push(c), ...push(at), ...push(length), ...op.call(0), ...op.wrap];
}

export interface ModuleParts {
  /** Code of _start, without its end. */
  readonly body?: readonly number[];
  /** i32 locals of _start. */
  readonly locals?: number;
  /** Bytes at an address. */
  readonly data?: readonly (readonly [number, Uint8Array])[];
  readonly pages?: readonly [number, number];
  /** Other bytes in place of these sections' bodies; undefined leaves one out. */
  readonly sections?: Readonly<Record<number, readonly number[] | undefined>>;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The body of the import section: memory and the three functions. */
export function imports(pages: readonly [number, number] = [1, 4]): number[] {
  return list([
    [...text('env'), ...text('memory'), 2, 1, ...leb(pages[0]), ...leb(pages[1])],
    [...text('env'), ...text('syscall'), 0, 0],
    [...text('env'), ...text('answer_length'), 0, 1],
    [...text('env'), ...text('answer'), 0, 2],
  ]);
}

/** A binary. */
export function binary(parts: ModuleParts = {}): Uint8Array<ArrayBuffer> {
  const { body = [], locals = 0, data = [], pages = [1, 4], sections = {} } = parts;
  const code = [...(locals > 0 ? [1, ...leb(locals), I32] : [0]), ...body, 0x0b];
  const bodies: Record<number, readonly number[] | undefined> = {
    1: list([
      [0x60, 6, I32, I32, I32, I32, I32, I32, 1, I64],
      [0x60, 0, 1, I32],
      [0x60, 2, I32, I32, 1, I32],
      [0x60, 0, 0],
    ]),
    2: imports(pages),
    3: list([[3]]),
    7: list([[...text('_start'), 0, 3]]),
    10: list([[...leb(code.length), ...code]]),
    11: data.length > 0 ? list(data.map(([at, bytes]) => [0, ...op.i32(at), 0x0b, ...leb(bytes.length), ...bytes])) : undefined,
    ...sections,
  };
  const order = Object.keys(bodies)
    .map(Number)
    .sort((a, b) => a - b);
  return new Uint8Array([...HEADER, ...order.flatMap((id) => (bodies[id] ? section(id, bodies[id]) : []))]);
}

/** Where answers are copied to. */
const ANSWER = 4096;
/** Of a message: its tag, its own bytes. */
const MESSAGE = { TAG: 4, DATA: 17 };

/** Writes bytes to its console and leaves. */
export function says(...lines: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const chunks = lines.map((line) => (typeof line === 'string' ? utf8.encode(line) : line));
  let at = 1024;
  const data = chunks.map((bytes) => [(at += 256) - 256, bytes] as const);
  return binary({
    data,
    body: data.flatMap(([where, bytes]) => [...sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], where, bytes.length), ...op.drop]),
  });
}

/** Writes what it is told back to its console, each line behind its prefix; says REVOKED when it loses a capability. */
export function echo(prefix = ''): Uint8Array<ArrayBuffer> {
  const [hello, lost] = [utf8.encode(prefix), utf8.encode('REVOKED\n')];
  return binary({
    locals: 1,
    data: [
      [1024, hello],
      [2048, lost],
    ],
    body: op.loop(
      [...sys(SYSCALL.RECEIVE, [SLOT.INPUT]), ...op.drop],
      [...op.i32(ANSWER), ...op.i32(20_000), ...op.call(2), ...op.set(0)],
      op.when(
        [...op.i32(ANSWER), ...op.load(MESSAGE.TAG), ...op.i32(TAG.CONSOLE_INPUT), ...op.equal],
        [
          ...(hello.length > 0 ? [...sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], 1024, hello.length), ...op.drop] : []),
          ...sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], ANSWER + MESSAGE.DATA, [...op.get(0), ...op.i32(MESSAGE.DATA), ...op.sub]),
          ...op.drop,
        ],
        [...sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], 2048, lost.length), ...op.drop],
      ),
    ),
  });
}

/** The same syscall for ever. */
export function repeats(number: number, args: readonly number[] = [], data = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  return binary({ data: data.length > 0 ? [[1024, data]] : [], body: op.loop([...sys(number, args, 1024, data.length), ...op.drop]) });
}

/** Waits for ever. */
export const waits = (): Uint8Array<ArrayBuffer> => repeats(SYSCALL.RECEIVE, [SLOT.INPUT]);
/** Neither calls nor yields. */
export const spins = (): Uint8Array<ArrayBuffer> => binary({ body: op.loop() });
/** Traps. */
export const traps = (): Uint8Array<ArrayBuffer> => binary({ body: op.trap });
/** Says a text to the debugger. */
export function debugs(line: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8.encode(line);
  return binary({ data: [[1024, bytes]], body: [...sys(SYSCALL.DEBUG, [], 1024, bytes.length), ...op.drop] });
}
