// Input events as Linux counts them (its input-event-codes) and as virtio-input carries them (virtio 1.2, section 5.8.6.1):
// 8 bytes, little-endian: type u16, code u16, value u32. A report is a run of events that ends with SYN_REPORT.

/** Event types. */
export const EV = { SYN: 0x00, KEY: 0x01, ABS: 0x03, LED: 0x11 } as const;
export const SYN_REPORT = 0;
export const ABS = { X: 0, Y: 1 } as const;
/** Codes of EV_LED, as the guest sends them. */
export const LED = { NUM_LOCK: 0, CAPS_LOCK: 1, SCROLL_LOCK: 2 } as const;
/** Codes of EV_KEY for pointer buttons. */
export const BUTTON = { left: 0x110, right: 0x111, middle: 0x112 } as const;
/** Values of EV_KEY. */
export const KEY_VALUE = { UP: 0, DOWN: 1, REPEAT: 2 } as const;

/** One event. */
export interface InputRecord {
  readonly type: number;
  readonly code: number;
  /** 32 bits, unsigned. */
  readonly value: number;
}

/** Bytes of one event. */
export const RECORD_BYTES = 8;

/** The event that ends a report. */
export const SYN: InputRecord = { type: EV.SYN, code: SYN_REPORT, value: 0 };

export function encodeRecords(records: readonly InputRecord[]): Uint8Array {
  const bytes = new Uint8Array(records.length * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  records.forEach(({ type, code, value }, i) => {
    view.setUint16(i * RECORD_BYTES, type, true);
    view.setUint16(i * RECORD_BYTES + 2, code, true);
    view.setUint32(i * RECORD_BYTES + 4, value, true);
  });
  return bytes;
}

/** The whole events in `bytes`; what is left at the end is left out. */
export function decodeRecords(bytes: Uint8Array): InputRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, i) => ({
    type: view.getUint16(i * RECORD_BYTES, true),
    code: view.getUint16(i * RECORD_BYTES + 2, true),
    value: view.getUint32(i * RECORD_BYTES + 4, true),
  }));
}
