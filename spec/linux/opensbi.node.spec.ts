// Unmodified OpenSBI boots the same kernel on the virt map: as Debian ships it, on both executors, and as the guest builds it.
import { expect, test } from 'vitest';
import { EXECUTORS, PROMPT, artefacts, bootGuest, bytes, command, waitFor } from './session.js';

test.each([
  ['gpu', 'debianFwJump'],
  ['reference', 'debianFwJump'],
  ['reference', 'debianFwDynamic'],
  ['reference', 'fwJump'],
  ['reference', 'fwDynamic'],
] as const)('on the %s executor: %s', { timeout: 300_000 }, async (backend, firmware) => {
  const { machine } = await bootGuest(EXECUTORS[backend], { map: 'virt', firmware: bytes(artefacts()[firmware]) });
  try {
    const text = await waitFor(machine, PROMPT);
    expect(text).toContain('OpenSBI v1.');
    expect(text).toContain('SBI implementation ID=0x1');
    expect(await command(machine, 'uname -m')).toContain('riscv32');
  } finally {
    machine.dispose();
  }
});

test('our own firmware on the virt map', { timeout: 120_000 }, async () => {
  const { machine } = await bootGuest(EXECUTORS.reference, { map: 'virt' });
  await waitFor(machine, PROMPT);
  machine.dispose();
});
