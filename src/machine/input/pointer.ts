// What a pointer does, made into input events for the absolute pointer device. Positions are framebuffer pixels.

import { GpuvisorError } from '../../isa/errors.js';
import { FRAMEBUFFER } from '../map.js';
import { ABS, BUTTON, EV, type InputRecord, KEY_VALUE, SYN, encodeRecords } from './events.js';
import { nearNames } from './near.js';

export type PointerButton = keyof typeof BUTTON;

/** A move, or a button that goes down or up at a place. */
export interface PointerEvent {
  readonly type: 'move' | 'down' | 'up';
  /** 0 to 639; a fraction is cut off. */
  readonly x: number;
  /** 0 to 479. */
  readonly y: number;
  /** Left unless told otherwise; a move has none. */
  readonly button?: PointerButton;
}

const TYPES = ['move', 'down', 'up'];
const BUTTONS = Object.keys(BUTTON);

function choose(what: string, value: unknown, allowed: readonly string[]): never {
  const near = typeof value === 'string' ? nearNames(value, allowed, 1) : [];
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `${what} is ${JSON.stringify(value) ?? 'undefined'}; there are ${allowed.join(', ')}`,
    near.length > 0 ? `did you mean ${near[0]}?` : `use ${allowed[0]}`,
  );
}

/** One report: the pointer is at a place, and perhaps a button changed. @throws GpuvisorError BAD_ARGUMENT outside 640x480, or for no such type or button */
export function pointerEvent(event: PointerEvent): Uint8Array {
  const { type, x, y, button } = event;
  if (!TYPES.includes(type)) choose('the pointer event', type, TYPES);
  if (button !== undefined && !BUTTONS.includes(button)) choose('the button', button, BUTTONS);
  const { width, height } = FRAMEBUFFER;
  const inside = Number.isFinite(x) && Number.isFinite(y) && x >= 0 && y >= 0 && x < width && y < height;
  if (!inside) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `the pointer at ${String(x)}, ${String(y)} is outside the screen of ${width} x ${height} pixels`,
      `x goes from 0 to ${width - 1}, y from 0 to ${height - 1}, counted from the top left`,
    );
  }
  const records: InputRecord[] = [
    { type: EV.ABS, code: ABS.X, value: Math.floor(x) },
    { type: EV.ABS, code: ABS.Y, value: Math.floor(y) },
  ];
  if (type !== 'move')
    records.push({ type: EV.KEY, code: BUTTON[button ?? 'left'], value: type === 'down' ? KEY_VALUE.DOWN : KEY_VALUE.UP });
  return encodeRecords([...records, SYN]);
}
