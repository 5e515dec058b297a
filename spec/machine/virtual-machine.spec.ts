// A driven machine: slices, order of calls, states, and that nothing is left behind. On the reference hart.
import { describe, expect, test } from 'vitest';
import { saveSnapshot } from '../../src/machine/snapshot.js';
import { type VmState, VirtualMachine } from '../../src/machine/virtual-machine.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { startProgram } from '../../src/machine/program.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { ECHO, HELLO, SYMBOLS, VIRT, machineWith } from './program.js';

/** Counts in memory for ever. */
const SPIN = `
_start: la t0, count
1:      lw t1, 0(t0)
        addi t1, t1, 1
        sw t1, 0(t0)
        j 1b
        .balign 4
count:  .word 0
`;
const ONCE = `
_start: li t0, UART
        li t1, 'r'
        sb t1, 0(t0)
        la t0, times
        lw t1, 0(t0)
        li t2, TEST
        li t3, PASS
        sw t3, 0(t2)
1:      j 1b
        .balign 4
times:  .word 0
`;

/** Resolves when the machine is in a state. */
function reaches(vm: VirtualMachine, state: VmState): Promise<void> {
  if (vm.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = vm.onChange((s) => {
      if (s.state !== state) return;
      stop();
      resolve();
    });
  });
}

describe('a driven machine', () => {
  test('stands still until it is resumed, runs by itself, and halts with its exit', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(HELLO) });
    expect(vm.status()).toMatchObject({ state: 'paused', instret: 0, mips: 0 });
    vm.resume();
    await reaches(vm, 'halted');
    expect(vm.machine.console.text()).toBe('hello');
    expect(vm.status()).toMatchObject({ state: 'halted', exit: { reason: 'halt', value: 0x5555 } });
    expect(() => vm.resume()).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
    await expect(vm.reset()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await vm.dispose();
  });

  test('waits when only input can wake it, and runs on when input comes', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(ECHO) });
    vm.resume();
    await reaches(vm, 'waiting');
    const { instret } = vm.status();
    vm.machine.send('hi');
    await reaches(vm, 'running');
    await reaches(vm, 'waiting');
    expect(vm.machine.console.text()).toBe('hi');
    expect(vm.status().instret).toBeGreaterThan(instret);
    vm.machine.send('.');
    await reaches(vm, 'halted');
    await vm.dispose();
  });

  test('paused, it does not run; input then waits for the resume', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(ECHO) });
    vm.resume();
    await reaches(vm, 'waiting');
    await vm.pause();
    vm.machine.send('x');
    const { steps } = vm.status();
    await vm.do(() => Promise.resolve());
    expect(vm.status()).toMatchObject({ state: 'paused', steps, inputWaiting: 1 });
    vm.resume();
    await reaches(vm, 'waiting');
    expect(vm.machine.console.text()).toBe('x');
    await vm.dispose();
  });

  test('calls come in between slices, in order, also while it runs, and one that throws harms nothing', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(SPIN) });
    vm.resume();
    const order: number[] = [];
    const calls = Array.from({ length: 20 }, (_, i) =>
      vm.do(async (machine) => {
        await machine.readState();
        if (i === 7) throw new Error('seven');
        order.push(i);
      }),
    );
    const results = await Promise.allSettled(calls);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect(results.map((r) => r.status)).toEqual(results.map((_, i) => (i === 7 ? 'rejected' : 'fulfilled')));
    expect(vm.state).toBe('running');
    const { instret } = vm.status();
    await vm.do(() => Promise.resolve());
    while (vm.status().instret === instret) await vm.do(() => Promise.resolve()).then(() => new Promise((r) => setTimeout(r, 1)));
    expect(vm.status().mips).toBeGreaterThan(0);
    await vm.dispose();
  });

  test('a call that throws at once harms nothing either', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(SPIN) });
    const call = vm.do(() => {
      throw new Error('at once');
    });
    await expect(call).rejects.toThrow('at once');
    expect(await vm.do(() => Promise.resolve(7))).toBe(7);
    await vm.dispose();
  });

  test('dispose ends it in the middle: what waits is rejected, later calls too', async () => {
    const machine = await machineWith(SPIN);
    const vm = new VirtualMachine({ machine });
    const states: VmState[] = [];
    vm.onChange((s) => states.push(s.state));
    vm.resume();
    const first = vm.do((m) => m.readState());
    const waiting = [vm.do((m) => m.readState()), vm.do((m) => m.readState())];
    const ended = vm.dispose();
    await Promise.allSettled([first]);
    for (const call of waiting) await expect(call).rejects.toMatchObject({ code: 'DISPOSED' });
    await ended;
    await vm.dispose();
    await expect(vm.do((m) => m.readState())).rejects.toMatchObject({ code: 'DISPOSED' });
    expect(() => vm.resume()).toThrowError(expect.objectContaining({ code: 'DISPOSED' }));
    await expect(machine.readState()).rejects.toMatchObject({ code: 'DISPOSED' });
    expect(states).toEqual(['running', 'disposed']);
  });

  test('an executor that throws fails this machine, with its code', async () => {
    class Broken extends ReferenceHart {
      override run(): never {
        throw new Error('the device is gone');
      }
    }
    const vm = new VirtualMachine({ machine: await machineWith(SPIN, {}, new Broken({ map: VIRT, ramSize: 1 << 20 })) });
    vm.resume();
    await reaches(vm, 'failed');
    expect(vm.status().error).toMatchObject({ code: 'INTERNAL', message: 'the device is gone' });
    expect(() => vm.resume()).toThrowError(expect.objectContaining({ code: 'DEVICE_LOST' }));
    await vm.dispose();
  });

  test('starts over with RAM as it was loaded', async () => {
    const { elf } = assemble(ONCE, { base: VIRT.ramBase, symbols: SYMBOLS });
    const vm = new VirtualMachine(await startProgram({ program: elf, executorFactory: (config) => new ReferenceHart(config) }));
    vm.resume();
    await reaches(vm, 'halted');
    await vm.do((m) => m.writeMemory(VIRT.ramBase, new Uint8Array(64)));
    await vm.reset();
    await reaches(vm, 'halted');
    expect(vm.machine.console.text()).toBe('rr');
    await vm.dispose();
  });

  test('made of a machine that has run, it counts on from there', async () => {
    const machine = await machineWith(SPIN);
    await machine.run(1_000_000);
    const vm = new VirtualMachine({ machine });
    expect(vm.status()).toMatchObject({ instret: 1_000_000, mips: 0 });
    const first = vm.do((m) => m.run(1000));
    await first;
    expect(vm.status()).toMatchObject({ instret: 1_001_000, mips: 0 });
    await vm.dispose();
  });

  test('goes on from a snapshot, console text included, also after it ended', async () => {
    const vm = new VirtualMachine({ machine: await machineWith(ECHO) });
    vm.resume();
    await reaches(vm, 'waiting');
    vm.machine.send('old');
    await reaches(vm, 'running');
    await reaches(vm, 'waiting');
    const snapshot = await vm.do((m) => saveSnapshot(m));
    const { instret } = vm.status();
    vm.machine.send('gone.');
    await reaches(vm, 'halted');
    await vm.restore(snapshot);
    expect(vm.status()).toMatchObject({ state: 'paused', instret });
    expect(vm.status().exit).toBeUndefined();
    vm.resume();
    vm.machine.send('again.');
    await reaches(vm, 'halted');
    expect(vm.machine.console.text()).toBe('oldagain.');
    await vm.dispose();
  });
});
