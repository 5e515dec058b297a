// Reads the bones of a WebAssembly binary: sections, limits, names. It looks at no code; the engine validates that.

import { decodeText } from '../abi/bytes.js';

/** What is wrong with the bytes. Caught by checkBinary. */
export class Malformed extends Error {}

/** The smallest and the largest size, in pages or elements. */
export interface WasmLimits {
  readonly min: number;
  /** Undefined: it says none. */
  readonly max: number | undefined;
  readonly shared: boolean;
}

export class WasmReader {
  at: number;

  constructor(
    readonly bytes: Uint8Array,
    from = 0,
    readonly end = bytes.length,
  ) {
    this.at = from;
  }

  get left(): number {
    return this.end - this.at;
  }

  byte(): number {
    if (this.at >= this.end) throw new Malformed(`ends at byte ${this.end}, in the middle of something`);
    return this.bytes[this.at++]!;
  }

  /** An unsigned number of 32 bits, LEB128. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Malformed(`a number of more than 32 bits before byte ${this.at}`);
  }

  /** The next `size` bytes, as a reader of their own. */
  part(size: number): WasmReader {
    if (size > this.left) throw new Malformed(`${size} bytes at byte ${this.at}, where ${this.left} are left`);
    const part = new WasmReader(this.bytes, this.at, this.at + size);
    this.at += size;
    return part;
  }

  name(): string {
    const part = this.part(this.u32());
    const text = decodeText(this.bytes.subarray(part.at, part.end));
    if (text === undefined) throw new Malformed(`a name that is not UTF-8 at byte ${part.at}`);
    return text;
  }

  limits(): WasmLimits {
    const flags = this.byte();
    if (flags > 3) throw new Malformed(`limits of kind ${flags} at byte ${this.at - 1}; 32-bit ones are allowed`);
    const min = this.u32();
    return { min, max: flags & 1 ? this.u32() : undefined, shared: (flags & 2) !== 0 };
  }

  /** Parameters and results of a function, as their bytes: '7f7f:7e'. */
  signature(): string {
    const form = this.byte();
    if (form !== 0x60) throw new Malformed(`type 0x${form.toString(16)} at byte ${this.at - 1}; functions alone are allowed`);
    const types = (): string => {
      let text = '';
      for (let n = this.u32(); n > 0; n--) text += this.byte().toString(16).padStart(2, '0');
      return text;
    };
    const parameters = types();
    return `${parameters}:${types()}`;
  }
}
