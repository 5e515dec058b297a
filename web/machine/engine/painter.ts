// Draws a machine's framebuffer when it has changed: at most as often as a display shows it, never at more than a small part of the machine's time, and not
// at all while nobody looks.

import { FRAMEBUFFER } from '../../../src/machine/map.js';
import type { VirtualMachine } from '../../../src/machine/virtual-machine.js';

/** A display's frame, ms. */
const FRAME_MS = 16;
/** The part of a busy machine's time that reading its picture may take. */
const SHARE = 0.08;
/** However dear a reading is, ms: a picture that stands still for longer looks broken. */
const SLOWEST_MS = 400;

/** B, G, R, X words as R, G, B, 255 words, little-endian both. */
export function toRgba(from: Uint32Array, to: Uint32Array): void {
  for (let i = 0; i < from.length; i++) {
    const v = from[i]!;
    to[i] = 0xff000000 | ((v & 0xff) << 16) | (v & 0xff00) | ((v >>> 16) & 0xff);
  }
}

/** How long to wait after a reading that took `ms`, so that readings take no more than their share. */
export function restAfter(ms: number): number {
  return Math.min(SLOWEST_MS, Math.max(FRAME_MS, ms / SHARE));
}

export class Painter {
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #image = new ImageData(FRAMEBUFFER.width, FRAMEBUFFER.height);
  readonly #rgba = new Uint32Array(this.#image.data.buffer);
  #last: Uint32Array | undefined;
  #machine: VirtualMachine | undefined;
  /** Steps of the machine when it was last read; undefined: it is to be read whatever it did. */
  #steps: number | undefined;
  #visible = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  /** Pictures drawn, and what reading them took in all, ms. */
  drawn = 0;
  readMs = 0;

  constructor(canvas: OffscreenCanvas) {
    this.#context = canvas.getContext('2d', { alpha: false, desynchronized: true })!;
    this.#blank();
  }

  /** Shows another machine; none leaves a black screen. */
  show(machine: VirtualMachine | undefined): void {
    this.#machine = machine;
    this.changed();
    if (!machine?.machine.config.map.framebuffer) this.#blank();
    this.#schedule(0);
  }

  /** The picture changed without a step: a snapshot was put in place. */
  changed(): void {
    this.#steps = undefined;
    this.#last = undefined;
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.#schedule(0);
  }

  #blank(): void {
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, FRAMEBUFFER.width, FRAMEBUFFER.height);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const shown = this.#machine?.machine.config.map.framebuffer && this.#machine.state !== 'disposed';
    if (this.#visible && shown) this.#timer = setTimeout(() => void this.#paint(), ms);
  }

  async #paint(): Promise<void> {
    const vm = this.#machine!;
    if (this.#reading) return this.#schedule(FRAME_MS);
    if (this.#steps === vm.machine.steps) return this.#schedule(FRAME_MS);
    this.#reading = true;
    let ms = 0;
    try {
      const bytes = await vm.do(async (machine) => {
        const began = performance.now();
        this.#steps = machine.steps;
        const read = await machine.readFramebuffer();
        ms = performance.now() - began;
        return read;
      });
      this.readMs += ms;
      if (bytes && vm === this.#machine) this.#draw(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
    } catch {
      // The machine is gone or has failed; its state says so. What is on the screen stays.
    } finally {
      this.#reading = false;
    }
    this.#schedule(restAfter(ms));
  }

  #draw(words: Uint32Array): void {
    const last = this.#last;
    if (last && words.every((w, i) => w === last[i])) return;
    this.#last = words;
    toRgba(words, this.#rgba);
    this.#context.putImageData(this.#image, 0, 0);
    this.drawn++;
  }
}
