// How long Linux takes to its prompt: the GPU executor, the reference hart and qemu-system-riscv32, on the same kernel and initramfs. Node only.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestArtifacts } from '../guest/artifacts.mjs';
import { QemuGuest } from '../guest/check/qemu.mjs';
import { GPUExecutionSystem } from '../src/gpu/index.js';
import { bootLinux } from '../src/machine/boot.js';
import type { Executor, ExecutorConfig } from '../src/machine/executor.js';
import { ReferenceHart } from '../src/reference/index.js';

const PROMPT = 'gpuvisor:~# ';

/** One boot, from the first instruction to the prompt. */
export interface LinuxBoot {
  readonly on: string;
  readonly seconds: number;
  /** Retired instructions; QEMU does not say. */
  readonly instructions?: number;
  readonly mips?: number;
}

async function bootOn(on: string, executorFactory: (config: ExecutorConfig) => Executor | Promise<Executor>): Promise<LinuxBoot> {
  const { image, initramfs } = guestArtifacts();
  const { machine } = await bootLinux({ executorFactory, kernel: readFileSync(image), initramfs: readFileSync(initramfs) });
  try {
    let text = '';
    machine.onConsole((bytes) => (text += new TextDecoder('latin1').decode(bytes)));
    const from = performance.now();
    let instructions = 0;
    while (!text.includes(PROMPT)) {
      const { exit, instret } = await machine.run(1_000_000);
      instructions = instret;
      if (exit !== 'budget' && exit !== 'wfi') throw new Error(`the guest ended with ${exit} before its prompt:\n${text.slice(-500)}`);
    }
    const seconds = (performance.now() - from) / 1000;
    return { on, seconds, instructions, mips: instructions / seconds / 1e6 };
  } finally {
    machine.dispose();
  }
}

async function bootOnQemu(): Promise<LinuxBoot> {
  const { fwJump, image, initramfs } = guestArtifacts();
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-bench-'));
  const from = performance.now();
  const guest = new QemuGuest({ firmware: fwJump, image, initramfs, append: 'console=ttyS0', folder });
  try {
    await guest.expect(/gpuvisor:~# /, 120);
    return { on: 'qemu-system-riscv32', seconds: (performance.now() - from) / 1000 };
  } finally {
    await guest.quit();
    rmSync(folder, { recursive: true });
  }
}

/** Boots `turns` times on each and keeps the median by seconds. */
export async function benchLinux(turns: number, onProgress: (text: string) => void): Promise<LinuxBoot[]> {
  const kinds: (() => Promise<LinuxBoot>)[] = [
    () => bootOn('gpu', (config) => GPUExecutionSystem.create(config)),
    () => bootOn('reference', (config) => new ReferenceHart(config)),
    bootOnQemu,
  ];
  const all: LinuxBoot[][] = kinds.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [i, boot] of kinds.entries()) {
      const result = await boot();
      all[i]!.push(result);
      onProgress(`linux ${turn + 1}/${turns} on ${result.on}: ${result.seconds.toFixed(1)} s`);
    }
  }
  return all.map((boots) => boots.sort((a, b) => a.seconds - b.seconds)[boots.length >> 1]!);
}
