// Interrupt lines, mip and deadlines as the owner computes them: equal to what the reference hart reads, on random states.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IRQ, MENVCFGH } from '../../src/isa/privilege.js';
import { EXIT, W, mtime, resetState, write64 } from '../../src/isa/state.js';
import { advanceTime, isWaiting, latchLines, nextDeadline, pendingInterrupts } from '../../src/machine/interrupts.js';
import { mipValue } from '../../src/reference/trap.js';
import { plicUpdate } from '../../src/reference/plic.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
const small = fc.integer({ min: 0, max: 7 });
const time = fc.bigInt({ min: 0n, max: 40n });

const states = fc
  .record({
    mip: word,
    stce: fc.boolean(),
    msip: fc.integer({ min: 0, max: 1 }),
    retired: time,
    mtimecmp: time,
    stimecmp: time,
    priorities: fc.array(small, { minLength: 32, maxLength: 32 }),
    pending: word,
    service: word,
    enables: fc.tuple(word, word),
    thresholds: fc.tuple(small, small),
    lines: word,
    ier: fc.integer({ min: 0, max: 15 }),
    fcr: fc.constantFrom(0, 1, 0x41, 0x81, 0xc1),
    thri: fc.integer({ min: 0, max: 1 }),
    rx: fc.integer({ min: 0, max: 20 }),
  })
  .map((r) => {
    const s = resetState(0);
    s[W.mip] = r.mip & 0x222;
    s[W.menvcfgh] = r.stce ? MENVCFGH.STCE : 0;
    s[W.msip] = r.msip;
    write64(s, W.retired, r.retired);
    write64(s, W.mtimecmp, r.mtimecmp);
    write64(s, W.stimecmp, r.stimecmp);
    r.priorities.forEach((p, i) => (s[W.plic_priority + i] = i === 0 ? 0 : p));
    s[W.plic_pending] = r.pending & ~1;
    s[W.plic_in_service] = r.service & ~1;
    r.enables.forEach((e, i) => (s[W.plic_enable + i] = e & ~1));
    r.thresholds.forEach((t, i) => (s[W.plic_threshold + i] = t));
    s[W.plic_lines] = r.lines & 0x1fe;
    s[W.uart_ier] = r.ier;
    s[W.uart_fcr] = r.fcr;
    s[W.uart_thri] = r.thri;
    s[W.uart_rx_in] = r.rx;
    return s;
  });

test('latched lines and mip equal those of the reference hart', () => {
  fc.assert(
    fc.property(states, (s) => {
      const mine = s.slice();
      const theirs = s.slice();
      latchLines(mine);
      plicUpdate(theirs);
      expect(mine[W.plic_pending]).toBe(theirs[W.plic_pending]);
      expect(pendingInterrupts(mine)).toBe(mipValue(theirs));
    }),
    { numRuns: 2000 },
  );
});

test('the next deadline is the earlier enabled timer; time moves there and no further', () => {
  const s = resetState(0);
  write64(s, W.mtimecmp, 500n);
  write64(s, W.stimecmp, 300n);
  expect(nextDeadline(s)).toBeUndefined();
  s[W.mie] = 1 << IRQ.MTI;
  expect(nextDeadline(s)).toBe(500n);
  s[W.mie] |= 1 << IRQ.STI;
  expect(nextDeadline(s)).toBe(500n); // stimecmp counts with STCE only
  s[W.menvcfgh] = MENVCFGH.STCE;
  expect(nextDeadline(s)).toBe(300n);
  s[W.exit] = EXIT.WFI;
  expect(isWaiting(s)).toBe(true);
  advanceTime(s, 300n);
  expect(mtime(s)).toBe(300n);
  expect(isWaiting(s)).toBe(false);
  advanceTime(s, 100n);
  expect(mtime(s)).toBe(300n);
});

test('a timer at the end of time is no deadline', () => {
  const s = resetState(0);
  s[W.mie] = 1 << IRQ.MTI;
  expect(nextDeadline(s)).toBeUndefined();
});
