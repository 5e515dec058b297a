// login.snap, the machine that `npm run guest` saves at the prompt: it goes on from there on both executors, equally, and with its disk, keyboard and
// shared folder.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import type { BootOptions, BootedMachine } from '../../src/machine/boot.js';
import { textKeys } from '../../src/machine/input/index.js';
import { readSnapshotHeader, restoreSnapshot } from '../../src/machine/snapshot.js';
import { parseGlyphs, pictureOf, readConsole } from '../../src/screen/index.js';
import { EXECUTORS, PROMPT, artefacts, bytes, command, settle, waitFor } from './session.js';

async function restored(executorFactory: BootOptions['executorFactory']): Promise<BootedMachine> {
  const { linuxCartridge, diskCartridge, loginSnapshot } = artefacts();
  const disk = await readCartridge(bytes(diskCartridge));
  const booted = await bootCartridge(await readCartridge(bytes(linuxCartridge)), { disk, executorFactory });
  await restoreSnapshot(booted.machine, bytes(loginSnapshot));
  return booted;
}

test('is of the machine that everybody boots', async () => {
  const header = await readSnapshotHeader(bytes(artefacts().loginSnapshot));
  expect({ map: header.map, megabytes: header.ramSize >> 20, compressed: header.compressed }).toEqual({
    map: 'visual',
    megabytes: 64,
    compressed: false,
  });
  expect(header.devices.map((device) => device?.children[0]?.kind)).toEqual(['block', 'rng', 'keyboard', 'pointer', '9p']);
});

test('goes on at both prompts on both executors, with equal digests', { timeout: 300_000 }, async () => {
  const left = await restored(EXECUTORS.reference);
  const right = await restored(EXECUTORS.gpu);
  try {
    const digest = await left.machine.digest();
    expect(await right.machine.digest()).toBe(digest);
    for (const { machine } of [left, right]) {
      expect(machine.console.text().endsWith(PROMPT)).toBe(true);
      expect(
        await command(
          machine,
          'echo $((6*7)) > /shared/answer; cat /shared/answer; sha256sum -c /mnt/SHA256SUMS 2>&1 | grep -c OK; cd /mnt && sha256sum -c SHA256SUMS | grep -c OK; cd',
        ),
      ).toBe('42\n0\n4\n');
      await settle(machine);
    }
    expect(new TextDecoder().decode(right.share!.read('answer'))).toBe('42\n');
    expect(await right.machine.digest()).toBe(await left.machine.digest());
  } finally {
    left.machine.dispose();
    right.machine.dispose();
  }
});

test('the shell on the screen takes keys from the keyboard', { timeout: 120_000 }, async () => {
  const { machine } = await restored(EXECUTORS.reference);
  const atlas = parseGlyphs(JSON.parse(readFileSync(artefacts().glyphs, 'utf8')));
  const lines = async (): Promise<string[]> => readConsole(pictureOf((await machine.readFramebuffer())!), atlas)!.text.split('\n');
  expect((await lines()).at(-1)).toBe(PROMPT.trim());
  machine.send(textKeys('echo $((6*7)) | tee /dev/ttyS0\n'), 'keyboard');
  await waitFor(machine, '42');
  await settle(machine);
  expect((await lines()).slice(-3)).toEqual([`${PROMPT}echo $((6*7)) | tee /dev/ttyS0`, '42', PROMPT.trim()]);
  machine.dispose();
});
