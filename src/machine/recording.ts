// Inputs with their place in time: what makes a run repeatable, together with a snapshot of where it began.

import { GpuvisorError } from '../isa/errors.js';
import { UART_RX_CAPACITY } from '../isa/state.js';

/** One piece of input as it entered the machine. */
export interface InputEvent {
  /** Steps taken since reset: the exact place. */
  readonly steps: number;
  /** Instructions retired since reset, for people. */
  readonly instret: number;
  /** mtime at that place, decimal: idle time can pass between two steps. */
  readonly mtime: string;
  /** The kind of the device it went to; absent for the serial line. */
  readonly to?: string;
  readonly input: Uint8Array;
}

/** A piece for a device is at most this long, bytes. */
const MAX_DEVICE_INPUT = 1 << 16;

const FORMAT = 'gpuvisor-recording-1';

/** A recording as JSON text; input bytes stand as numbers. */
export function encodeRecording(events: readonly InputEvent[]): string {
  return JSON.stringify({ format: FORMAT, events: events.map((e) => ({ ...e, input: [...e.input] })) });
}

/** The reverse, with every field checked. @throws GpuvisorError SNAPSHOT_INVALID */
export function decodeRecording(text: string): InputEvent[] {
  const invalid = (what: string): GpuvisorError =>
    new GpuvisorError('SNAPSHOT_INVALID', `the recording cannot be used: ${what}`, 'record it again with this version of gpuvisor');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const { format, events } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (format !== FORMAT || !Array.isArray(events)) throw invalid(`its format is ${String(format)}; this version reads ${FORMAT}`);
  let before = 0;
  return events.map((event: unknown, i) => {
    const { steps, instret, mtime, to, input } = (typeof event === 'object' && event !== null ? event : {}) as Record<string, unknown>;
    if (!isCount(steps) || !isCount(instret) || steps < before) throw invalid(`event ${i} stands at no place after the one before it`);
    if (typeof mtime !== 'string' || !/^\d{1,20}$/.test(mtime)) throw invalid(`event ${i} has no mtime`);
    if (to !== undefined && (typeof to !== 'string' || !/^[a-z0-9]{1,16}$/.test(to))) throw invalid(`event ${i} goes to no device`);
    const longest = to === undefined ? UART_RX_CAPACITY : MAX_DEVICE_INPUT;
    if (!Array.isArray(input) || input.length > longest || !input.every((b) => isCount(b) && b < 256))
      throw invalid(`event ${i} has no input bytes`);
    before = steps;
    return { steps, instret, mtime, ...(to !== undefined && { to }), input: Uint8Array.from(input as number[]) };
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
