// The meters: speed, work, memory, and what the machine runs on.

import { byId, grouped } from '../../shared/elements.js';
import type { MachineInfo } from '../protocol.js';

/** A count of instructions in four digits at most: "1.24 G". */
export function short(n: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (n >= size) return `${(n / size).toFixed(n >= 100 * size ? 0 : n >= 10 * size ? 1 : 2)} ${unit}`;
  }
  return String(Math.round(n));
}

/** Below this share of its speed a machine is mostly waiting for something to do. */
const IDLE = 0.02;

/** What the machine is doing, in a word for its reader. */
export function stateWord(machine: MachineInfo): string {
  const { state } = machine.status;
  if (state === 'running') return machine.pace < machine.status.mips * IDLE ? 'Idle' : 'Running';
  return { waiting: 'Idle', paused: 'Paused', halted: 'Off', failed: 'Failed', disposed: 'Gone' }[state];
}

export class MetersView {
  #frames = 0;
  #counting = false;
  #last = { frames: 0, instret: 0, id: '' };

  /** Counts this page's frames while the machine runs; nothing is drawn for it. */
  #count(on: boolean): void {
    if (on === this.#counting) return;
    this.#counting = on;
    const next = (): void => {
      this.#frames++;
      if (this.#counting) requestAnimationFrame(next);
    };
    if (on) requestAnimationFrame(next);
  }

  show(machine: MachineInfo): void {
    const { status } = machine;
    this.#count(status.state === 'running');
    byId('mips').textContent = status.mips > 0 ? (status.mips < 10 ? status.mips.toFixed(2) : status.mips.toFixed(1)) : '–';
    const frames = this.#frames - this.#last.frames;
    const same = this.#last.id === machine.id && status.instret >= this.#last.instret;
    if (frames > 0 || !same) {
      byId('per-frame').textContent =
        same && frames > 0 && status.instret > this.#last.instret ? short((status.instret - this.#last.instret) / frames) : '–';
      this.#last = { frames: this.#frames, instret: status.instret, id: machine.id };
    }
    const instret = byId('instret');
    instret.textContent = short(status.instret);
    instret.title = grouped(status.instret);
    byId('memory').textContent = `${status.memoryMb} MiB`;
  }

  adapter(name: string): void {
    byId('adapter').textContent = name;
  }
}
