// CLINT by cases; PLIC and UART against small models of their own, under random accesses (docs/machine.md, Devices in the hart).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UART_RX_CAPACITY, UART_TX_CAPACITY, W } from '../../src/isa/state.js';
import type { ReferenceHart } from '../../src/reference/index.js';
import { BASE, get, MAP, play, start } from './hart.js';

/** A hart that loads and stores at a physical address, one instruction each. */
class Bus {
  readonly hart: ReferenceHart = start('lw x10, 0(x5)\nsw x11, 0(x5)\nlbu x10, 0(x5)\nsb x11, 0(x5)\nnop');

  private run(instruction: number, address: number, value = 0): number {
    const s = this.hart.state;
    s[W.x + 5] = address;
    s[W.x + 11] = value;
    s[W.pc] = BASE + 4 * instruction;
    this.hart.runSync(1);
    expect(s[W.mcause]).toBe(0);
    return s[W.x + 10]!;
  }
  load32(address: number): number {
    return this.run(0, address);
  }
  store32(address: number, value: number): void {
    this.run(1, address, value);
  }
  load8(address: number): number {
    return this.run(2, address);
  }
  store8(address: number, value: number): void {
    this.run(3, address, value);
  }
  /** A step that touches no device: the lines are looked at. */
  idle(): void {
    this.run(4, 0);
  }
}

describe('CLINT', () => {
  const { base } = MAP.clint;

  it('keeps MSIP bit 0, mtimecmp, and zeros elsewhere', () => {
    const bus = new Bus();
    bus.store32(base, 0xffffffff);
    bus.store32(base + 0x4000, 0x12345678);
    bus.store32(base + 0x4004, 0x9abcdef0);
    bus.store32(base + 8, 1);
    expect([base, base + 0x4000, base + 0x4004, base + 8, base + 0xbff4].map((a) => bus.load32(a))).toEqual([
      1, 0x12345678, 0x9abcdef0, 0, 0,
    ]);
  });

  it('mtime at the storing instruction is what was stored', () => {
    const low = play('sw x10, 0(x5)\ncsrr x11, time\ncsrr x12, timeh', { x5: base + 0xbff8, x10: 0xffffffff, retired: 7 });
    // Seven retirements are three ticks and a half: the next instruction is a tick later.
    expect([get(low, 'x11'), get(low, 'x12')]).toEqual([0, 1]);
    const high = play('nop\nsw x10, 4(x5)\nlw x11, 0(x5)\nlw x12, 4(x5)', { x5: base + 0xbff8, x10: 9 });
    expect([get(high, 'x11'), get(high, 'x12')]).toEqual([1, 9]);
  });
});

/** The PLIC as its specification has it: gateways, pending, claims. Sources are bits of a set. */
class PlicModel {
  readonly priority = new Array<number>(32).fill(0);
  readonly enabled = [new Set<number>(), new Set<number>()] as const;
  readonly threshold = [0, 0];
  readonly lines = new Set<number>();
  readonly pending = new Set<number>();
  readonly serving = new Set<number>();

  gateways(): void {
    for (const i of this.lines) if (!this.serving.has(i)) this.pending.add(i);
  }
  private candidates(context: 0 | 1): number[] {
    const sources = [...this.pending].filter((i) => this.enabled[context].has(i) && this.priority[i]! > 0);
    return sources.sort((a, b) => this.priority[b]! - this.priority[a]! || a - b);
  }
  claim(context: 0 | 1): number {
    const [best = 0] = this.candidates(context);
    if (best > 0) {
      this.pending.delete(best);
      this.serving.add(best);
    }
    this.gateways();
    return best;
  }
  complete(context: 0 | 1, source: number): void {
    if (this.enabled[context].has(source)) this.serving.delete(source);
    this.gateways();
  }
  interrupt(context: 0 | 1): boolean {
    return this.candidates(context).some((i) => this.priority[i]! > this.threshold[context]!);
  }
}

const setOf = (mask: number): number[] => Array.from({ length: 31 }, (_, i) => i + 1).filter((i) => (mask >>> i) & 1);
const maskOf = (sources: Iterable<number>): number => [...sources].reduce((m, i) => (m | (1 << i)) >>> 0, 0);

describe('PLIC', () => {
  const { base } = MAP.plic;
  const context = fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>;
  const word = fc.integer({ min: 0, max: 0xffffffff });
  const step = fc.oneof(
    fc.record({ op: fc.constant('priority' as const), source: fc.nat(33), value: word }),
    fc.record({ op: fc.constant('enable' as const), context, value: word }),
    fc.record({ op: fc.constant('threshold' as const), context, value: fc.nat(15) }),
    fc.record({ op: fc.constant('lines' as const), value: word }),
    fc.record({ op: fc.constant('claim' as const), context }),
    fc.record({ op: fc.constant('claim' as const), context }),
    fc.record({ op: fc.constant('complete' as const), context, value: fc.oneof(fc.nat(33), word) }),
  );

  it('does what the model does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const bus = new Bus();
        const model = new PlicModel();
        for (const s of steps) {
          if (s.op === 'priority') {
            bus.store32(base + 4 * s.source, s.value);
            if (s.source > 0 && s.source < 32) model.priority[s.source] = s.value & 7;
          } else if (s.op === 'enable') {
            bus.store32(base + 0x2000 + 0x80 * s.context, s.value);
            model.enabled[s.context].clear();
            for (const i of setOf(s.value)) model.enabled[s.context].add(i);
          } else if (s.op === 'threshold') {
            bus.store32(base + 0x200000 + 0x1000 * s.context, s.value);
            model.threshold[s.context] = s.value & 7;
          } else if (s.op === 'lines') {
            bus.hart.state[W.plic_lines] = s.value & ~1;
            model.lines.clear();
            for (const i of setOf(s.value)) model.lines.add(i);
            model.gateways();
          } else if (s.op === 'claim') expect(bus.load32(base + 0x200004 + 0x1000 * s.context)).toBe(model.claim(s.context));
          else {
            bus.store32(base + 0x200004 + 0x1000 * s.context, s.value);
            model.complete(s.context, s.value);
          }
          expect(bus.load32(base + 0x1000)).toBe(maskOf(model.pending));
          expect(bus.load32(base + 0x2080)).toBe(maskOf(model.enabled[1]));
          const mip = start('csrr x10, mip');
          mip.state.set(bus.hart.state.subarray(W.plic_priority, W.uart_ier), W.plic_priority);
          mip.runSync(1);
          expect(get(mip, 'x10') & 0xa00).toBe((model.interrupt(0) ? 0x800 : 0) | (model.interrupt(1) ? 0x200 : 0));
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** A 16550A with an empty transmitter, after its data sheet. */
class UartModel {
  ier = 0;
  fcr = 0;
  lcr = 0;
  mcr = 0;
  scr = 0;
  divisor: [number, number] = [0, 0];
  thri = false;
  readonly received: number[] = [];
  readonly sent: number[] = [];

  cause(): number {
    const trigger = this.fcr & 1 ? [1, 4, 8, 14][this.fcr >> 6]! : 1;
    if (this.ier & 1 && this.received.length >= trigger) return 4;
    if (this.ier & 1 && this.received.length > 0) return 12;
    return this.ier & 2 && this.thri ? 2 : 1;
  }
  read(register: number): number {
    const dlab = this.lcr >= 0x80;
    if (register < 2 && dlab) return this.divisor[register]!;
    switch (register) {
      case 0:
        return this.received.shift() ?? 0;
      case 1:
        return this.ier;
      case 2: {
        const cause = this.cause();
        if (cause === 2) this.thri = false;
        return cause + (this.fcr & 1 ? 0xc0 : 0);
      }
      case 3:
        return this.lcr;
      case 4:
        return this.mcr;
      case 5:
        return 0x60 + (this.received.length > 0 ? 1 : 0);
      case 6: {
        if (!(this.mcr & 16)) return 0xb0;
        const [dtr, rts, out1, out2] = [1, 2, 4, 8].map((bit) => (this.mcr & bit ? 1 : 0)) as [number, number, number, number];
        return rts * 0x10 + dtr * 0x20 + out1 * 0x40 + out2 * 0x80;
      }
      case 7:
        return this.scr;
      default:
        return 0;
    }
  }
  write(register: number, value: number): void {
    if (register < 2 && this.lcr >= 0x80) this.divisor[register] = value;
    else if (register === 0) {
      this.thri = true;
      if (!(this.mcr & 16)) this.sent.push(value);
      else if (this.received.length < UART_RX_CAPACITY) this.received.push(value);
    } else if (register === 1) {
      if (value & 2 && !(this.ier & 2)) this.thri = true;
      this.ier = value & 15;
    } else if (register === 2) {
      if (value & 2) this.received.length = 0;
      this.fcr = value & 0xc9;
    } else if (register === 3) this.lcr = value;
    else if (register === 4) this.mcr = value & 31;
    else if (register === 7) this.scr = value;
  }
}

describe('UART', () => {
  const byte = fc.nat(255);
  const register = fc.oneof(fc.nat(7), fc.nat(2), fc.nat(0x20));
  const step = fc.oneof(
    fc.record({ op: fc.constant('read' as const), register }),
    fc.record({ op: fc.constant('write' as const), register, value: fc.oneof(byte, fc.constantFrom(0, 1, 2, 3, 0x10, 0x41, 0xc7)) }),
    fc.record({ op: fc.constant('receive' as const), value: byte, count: fc.constantFrom(1, 1, 3, 8, 300) }),
  );

  it('does what the model does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(0, 0xfffffff0), (steps, counted) => {
        const bus = new Bus();
        const s = bus.hart.state;
        // The free-running counts wrap.
        s.fill(counted, W.uart_rx_in, W.uart_rx_in + 2);
        const model = new UartModel();
        for (const { op, ...rest } of steps) {
          const at = 'register' in rest ? MAP.uart.base + rest.register : 0;
          if (op === 'read' && 'register' in rest)
            expect([rest.register, bus.load8(at)]).toEqual([rest.register, model.read(rest.register)]);
          else if (op === 'write' && 'register' in rest && 'value' in rest) {
            bus.store8(at, rest.value);
            model.write(rest.register, rest.value);
          } else if ('count' in rest) {
            for (let i = 0; i < rest.count && model.received.length < UART_RX_CAPACITY; i++) {
              s[W.uart_rx + (s[W.uart_rx_in]! % UART_RX_CAPACITY)] = rest.value;
              s[W.uart_rx_in]!++;
              model.received.push(rest.value);
            }
          }
          // The line, as the PLIC's source 10 sees it.
          s[W.plic_pending] = 0;
          bus.idle();
          expect(s[W.plic_pending]).toBe(model.cause() === 1 ? 0 : 1 << 10);
        }
        const sent = Array.from({ length: s[W.uart_tx_in]! }, (_, i) => s[W.uart_tx + (i % UART_TX_CAPACITY)]);
        expect(sent).toEqual(model.sent);
      }),
      { numRuns: 300 },
    );
  });
});
