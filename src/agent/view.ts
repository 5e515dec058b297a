// A machine's screen as it is now: the picture, and its text where it is a console. What has not changed is not read again.

import type { Machine } from '../machine/machine.js';
import { type ConsoleText, type GlyphAtlas, type Picture, pictureOf, readConsole } from '../screen/index.js';
import { ScreenLog, rowsOf } from './screen-log.js';

/** One look at a screen. */
export interface Sight {
  readonly picture: Picture;
  /** The text, when the screen is a text console of a known font. */
  readonly text: ConsoleText | undefined;
  /** Its number in the log. */
  readonly number: number;
}

/** Looks at one machine's screen. */
export class View {
  readonly log: ScreenLog;
  readonly #atlas: GlyphAtlas | undefined;
  #bytes: Uint8Array | undefined;
  #sight: Sight | undefined;

  constructor(atlas: GlyphAtlas | undefined, screens: number) {
    this.#atlas = atlas;
    this.log = new ScreenLog(screens);
  }

  get atlas(): GlyphAtlas | undefined {
    return this.#atlas;
  }

  /** The screen now; undefined when the machine has none. For use inside `VirtualMachine.do`. */
  async see(machine: Machine): Promise<Sight | undefined> {
    const bytes = await machine.readFramebuffer();
    if (!bytes) return undefined;
    if (this.#sight && this.#bytes && equal(bytes, this.#bytes)) return this.#sight;
    const picture = pictureOf(bytes);
    const text = this.#atlas && readConsole(picture, this.#atlas);
    this.#bytes = bytes;
    this.#sight = { picture, text, number: this.log.note(text && rowsOf(text.text)) };
    return this.#sight;
  }
}

/** Whether two framebuffers show the same; compared by the word. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.byteOffset % 4 !== 0 || b.byteOffset % 4 !== 0 || a.length % 4 !== 0) return a.every((byte, i) => byte === b[i]);
  const x = new Uint32Array(a.buffer, a.byteOffset, a.length / 4);
  const y = new Uint32Array(b.buffer, b.byteOffset, b.length / 4);
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}
