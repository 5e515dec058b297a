// A US keyboard as a model of its own: Linux key codes, what each types, and what a guest makes of events. Written from the layout, not from src.

/** Plain and shifted character by key code. */
const CHARACTERS: Readonly<Record<number, string>> = {
  2: '1!', 3: '2@', 4: '3#', 5: '4$', 6: '5%', 7: '6^', 8: '7&', 9: '8*', 10: '9(', 11: '0)', 12: '-_', 13: '=+',
  15: '\t\t', 28: '\n\n', 57: '  ',
  16: 'qQ', 17: 'wW', 18: 'eE', 19: 'rR', 20: 'tT', 21: 'yY', 22: 'uU', 23: 'iI', 24: 'oO', 25: 'pP', 26: '[{', 27: ']}', 43: '\\|',
  30: 'aA', 31: 'sS', 32: 'dD', 33: 'fF', 34: 'gG', 35: 'hH', 36: 'jJ', 37: 'kK', 38: 'lL', 39: ';:', 40: '\'"', 41: '`~',
  44: 'zZ', 45: 'xX', 46: 'cC', 47: 'vV', 48: 'bB', 49: 'nN', 50: 'mM', 51: ',<', 52: '.>', 53: '/?',
}; // prettier-ignore

const SHIFTS = [42, 54];

export interface Event {
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

export function parse(bytes: Uint8Array): Event[] {
  expectWhole(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => ({
    type: view.getUint16(8 * i, true),
    code: view.getUint16(8 * i + 2, true),
    value: view.getUint32(8 * i + 4, true),
  }));
}

function expectWhole(bytes: Uint8Array): void {
  if (bytes.length % 8 !== 0) throw new Error(`${bytes.length} bytes are no whole events`);
}

/** A guest that follows key events: what is down, what was typed, and the order in which keys went down and up (up is negative). */
export class Typist {
  readonly held = new Set<number>();
  readonly order: number[] = [];
  typed = '';

  feed(bytes: Uint8Array): this {
    const events = parse(bytes);
    let open = 0;
    for (const { type, code, value } of events) {
      if (type === 0) {
        if (code !== 0 || value !== 0) throw new Error('a SYN that is no report');
        if (open === 0) throw new Error('an empty report');
        open = 0;
        continue;
      }
      if (type !== 1) throw new Error(`an event of type ${type}`);
      open++;
      if (value === 1) {
        if (this.held.has(code)) throw new Error(`key ${code} goes down twice`);
        this.held.add(code);
        this.order.push(code);
        const pair = CHARACTERS[code];
        if (pair) this.typed += pair[SHIFTS.some((s) => this.held.has(s)) ? 1 : 0];
      } else if (value === 0) {
        if (!this.held.delete(code)) throw new Error(`key ${code} goes up and was not down`);
        this.order.push(-code);
      } else throw new Error(`key ${code} has value ${value}`);
    }
    if (open > 0) throw new Error('events without a SYN behind them');
    return this;
  }
}

export const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
