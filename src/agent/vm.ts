// One machine of the hypervisor, with what agents need beside it: its serial text, its screen, its place in a page table, what its keys and pointer do.

import { GpuvisorError } from '../isa/errors.js';
import type { Machine } from '../machine/machine.js';
import { FRAMEBUFFER } from '../machine/map.js';
import { VirtualMachine, type Drivable, type VmStatus } from '../machine/virtual-machine.js';
import type { BlockDevice } from '../machine/virtio/block.js';
import type { SharedFolder } from '../machine/virtio/nine/folder.js';
import type { GlyphAtlas } from '../screen/index.js';
import { checkAborted } from './abort.js';
import type { Origin } from './host.js';
import type { Limits } from './limits.js';
import { PageTables } from './page-tables.js';
import { SerialLog } from './serial-log.js';
import { View } from './view.js';

/** What a machine is made of. */
export interface VmParts {
  readonly booted: Drivable & { readonly disk?: BlockDevice | undefined; readonly share?: SharedFolder | undefined };
  /** What `hypervisor_boot` calls the kernel: a file name. */
  readonly kernel: string;
  readonly origin: Origin;
  readonly atlas?: GlyphAtlas | undefined;
}

/** A place in the output of a machine: characters of the serial line, number of the screen. */
export interface Cursor {
  readonly serial: number;
  readonly screen: number;
}

export class Vm {
  readonly vm: VirtualMachine;
  readonly kernel: string;
  readonly origin: Origin;
  readonly share: SharedFolder | undefined;
  readonly disk: BlockDevice | undefined;
  readonly serial: SerialLog;
  readonly view: View;
  readonly pages = new PageTables();
  /** Keys that were sent down and not up: their names, by what they send. */
  readonly held = new Map<string, string>();
  /** Where the pointer was sent last, framebuffer pixels. */
  pointer: { readonly x: number; readonly y: number } | undefined;
  /** Where the output stood at the last act on this machine. */
  act: Cursor = { serial: 0, screen: 0 };
  readonly #leaving = new Set<() => void>();
  #gone = false;

  constructor(
    readonly id: string,
    readonly pid: number,
    /** How many machines have had this pid, this one included. */
    readonly generation: number,
    parts: VmParts,
    limits: Limits,
  ) {
    this.kernel = parts.kernel;
    this.origin = parts.origin;
    this.share = parts.booted.share;
    this.disk = parts.booted.disk;
    this.view = new View(parts.atlas, limits.screens);
    this.serial = new SerialLog(limits.serialChars);
    this.vm = new VirtualMachine(parts.booted);
    // What a restored machine had printed before.
    this.serial.append(this.machine.console.bytes());
    this.vm.onConsole((bytes) => this.serial.append(bytes));
  }

  get machine(): Machine {
    return this.vm.machine;
  }

  get status(): VmStatus {
    return this.vm.status();
  }

  /** Whether it has been disposed of. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Calls `listener` when the machine is disposed of, at once when it has been; returns how to stop. Any number may listen. */
  onGone(listener: () => void): () => void {
    if (this.#gone) listener();
    else this.#leaving.add(listener);
    return () => void this.#leaving.delete(listener);
  }

  /** Pixels of its screen; null when it has none. */
  get screenSize(): { readonly width: number; readonly height: number } | null {
    return this.machine.config.map.framebuffer ? { width: FRAMEBUFFER.width, height: FRAMEBUFFER.height } : null;
  }

  /** Whether it has a device that takes this kind of input. */
  takes(kind: 'keyboard' | 'pointer'): boolean {
    return this.machine.takes(kind);
  }

  /** Where the output stands now. For use inside `do`: the screen is looked at. */
  async here(machine: Machine): Promise<Cursor> {
    const sight = await this.view.see(machine);
    return { serial: this.serial.end, screen: sight?.number ?? 0 };
  }

  /** Does something to the machine between two slices, and remembers where the output stood. */
  async perform<T>(signal: AbortSignal, act: (machine: Machine) => Promise<T> | T): Promise<T> {
    return this.vm.do(async (machine) => {
      checkAborted(signal);
      const cursor = await this.here(machine);
      checkAborted(signal);
      const result = await act(machine);
      this.act = cursor;
      return result;
    });
  }

  /** Does something that changes nothing, between two slices. */
  read<T>(signal: AbortSignal, look: (machine: Machine) => Promise<T> | T): Promise<T> {
    return this.vm.do(async (machine) => {
      checkAborted(signal);
      return look(machine);
    });
  }

  /** @throws GpuvisorError GUEST_TRAPPED when the guest has ended or its executor failed: it takes no input and shows nothing new */
  checkAlive(): void {
    const { state, exit, error } = this.status;
    if (state === 'halted') {
      const how = exit?.reason === 'halt' ? `it turned itself off (0x${exit.value.toString(16)})` : `it ended (${exit?.reason ?? 'halt'})`;
      throw new GpuvisorError(
        'GUEST_TRAPPED',
        `the guest of ${this.id} is off: ${how}`,
        'call hypervisor_reset to start it again; hypervisor_read_text shows its last screen',
      );
    }
    if (state === 'failed') {
      throw new GpuvisorError(
        'GUEST_TRAPPED',
        `machine ${this.id} failed: ${error?.code ?? 'INTERNAL'}: ${error?.message ?? 'unknown'}`,
        'call hypervisor_boot or hypervisor_restore to have a new one',
      );
    }
  }

  /** Ends the machine. */
  async dispose(): Promise<void> {
    this.#gone = true;
    for (const listener of this.#leaving) listener();
    this.#leaving.clear();
    await this.vm.dispose();
  }
}

export const writeCursor = (c: Cursor): string => `${c.serial}.${c.screen}`;

/**
 * Reads `since`: a cursor, `start`, or `now`. `now` needs the screen and is read by those who look at it.
 * @throws GpuvisorError BAD_ARGUMENT for a cursor that lies in the future
 */
export function readCursor(vm: Vm, since: string): Cursor {
  if (since === 'start') return { serial: 0, screen: 0 };
  const now: Cursor = { serial: vm.serial.end, screen: vm.view.log.last };
  if (since === 'now') return now;
  const [serial, screen] = since.split('.').map(Number) as [number, number];
  if (serial > now.serial || screen > now.screen) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `since is ${since}, and the output of ${vm.id} is at ${writeCursor(now)}: it is of another machine, or of one that was replaced`,
      'use the cursor of a result about this machine, or leave since out',
    );
  }
  return { serial, screen };
}
