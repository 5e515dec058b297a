// Types of qemu.mjs, as far as others use it.

export const INSTRUCTION_NS: number;

export interface QemuOptions {
  readonly firmware: string;
  readonly image: string;
  readonly initramfs: string;
  readonly disk?: string;
  readonly append: string;
  readonly deviceTree?: string;
  readonly initramfsAt?: number;
  /** For the monitor's socket. */
  readonly folder: string;
  /** A folder offered by 9P with the tag `gpuvisor`. */
  readonly files?: string;
  readonly keyboard?: boolean;
}

/** A running QEMU. Always `await quit()` it. */
export class QemuGuest {
  constructor(options: QemuOptions);
  /** Everything the serial line has said. */
  readonly text: string;
  expect(pattern: RegExp, seconds: number): Promise<RegExpExecArray>;
  type(line: string): void;
  command(line: string, seconds?: number): Promise<string>;
  saveMemory(address: number, bytes: number, path: string): Promise<void>;
  press(key: string): Promise<void>;
  ended(seconds: number): Promise<number | string>;
  quit(): Promise<void>;
}
