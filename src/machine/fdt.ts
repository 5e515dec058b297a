// Writer of flattened device trees (Devicetree Specification 0.4, ch. 5), version 17.

/** A value: a string, a list of strings, 32-bit cells, raw bytes, or true for a property without one. */
export type FdtValue = string | readonly string[] | readonly number[] | Uint8Array | true;

/** A node: properties first, then children by name. */
export interface FdtNode {
  readonly properties?: Readonly<Record<string, FdtValue>>;
  readonly children?: Readonly<Record<string, FdtNode>>;
}

const MAGIC = 0xd00dfeed;
const HEADER = 40;
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;
const END = 9;

class Cells {
  readonly #bytes: number[] = [];
  word(value: number): void {
    this.#bytes.push((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
  }
  padded(bytes: Uint8Array): void {
    this.#bytes.push(...bytes);
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
  }
  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);

function encode(value: FdtValue): Uint8Array {
  if (value === true) return new Uint8Array(0);
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return utf8(value);
  if (value.every((v): v is string => typeof v === 'string')) return utf8(value.join('\0'));
  const cells = new Cells();
  for (const v of value as readonly number[]) cells.word(v);
  return cells.done();
}

/** The blob of a tree. */
export function writeFdt(root: FdtNode): Uint8Array {
  const names = new Map<string, number>();
  let strings = '';
  const nameOffset = (name: string): number => {
    let at = names.get(name);
    if (at === undefined) {
      at = strings.length;
      names.set(name, at);
      strings += `${name}\0`;
    }
    return at;
  };
  const structure = new Cells();
  const emit = (name: string, node: FdtNode): void => {
    structure.word(BEGIN_NODE);
    structure.padded(utf8(name));
    for (const [key, value] of Object.entries(node.properties ?? {})) {
      const bytes = encode(value);
      structure.word(PROP);
      structure.word(bytes.length);
      structure.word(nameOffset(key));
      structure.padded(bytes);
    }
    for (const [child, inner] of Object.entries(node.children ?? {})) emit(child, inner);
    structure.word(END_NODE);
  };
  emit('', root);
  structure.word(END);
  const body = structure.done();
  const text = new TextEncoder().encode(strings);
  // Header, an empty memory reservation block (16 zero bytes), structure, strings; padded to 8 bytes.
  const reservations = HEADER;
  const bodyAt = reservations + 16;
  const textAt = bodyAt + body.length;
  const total = Math.ceil((textAt + text.length) / 8) * 8;
  const blob = new Uint8Array(total);
  const header = [MAGIC, total, bodyAt, textAt, reservations, 17, 16, 0, text.length, body.length];
  const view = new DataView(blob.buffer);
  header.forEach((v, i) => view.setUint32(4 * i, v));
  blob.set(body, bodyAt);
  blob.set(text, textAt);
  return blob;
}
