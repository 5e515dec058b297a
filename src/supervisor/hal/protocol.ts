// What the main thread and a process's worker say to each other, besides the mailbox. Who says it is known from the worker object, never from a message.

import type { MailboxBuffer } from '../abi/index.js';

/** What runs a process: a worker, or something that behaves like one. */
export interface ProcessWorker {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  /** It may run on for some seconds. */
  terminate(): void;
}

/** The one message to a worker. */
export interface ToProcess {
  /** A checked binary. */
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly mailbox: MailboxBuffer;
  /** Pages of memory at the beginning, and at most. */
  readonly initialPages: number;
  readonly memoryPages: number;
  /** Whether to say `call` after each request: where the main thread cannot wait for the mailbox itself. */
  readonly bell: boolean;
}

export type FromProcess =
  | { readonly kind: 'started' }
  /** A request is in the mailbox. */
  | { readonly kind: 'call' }
  /** Its code has trapped. */
  | { readonly kind: 'trap'; readonly text: string }
  /** It could not be started. */
  | { readonly kind: 'refused'; readonly text: string };

/** Characters of a text from a worker that are kept. */
const KEPT = 200;

/** What a worker said, or undefined when it is nothing a worker says. Texts are cut, control characters are blanks. */
export function readMessage(message: unknown): FromProcess | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, text } = message as { kind?: unknown; text?: unknown };
  if (kind === 'started' || kind === 'call') return { kind };
  if ((kind !== 'trap' && kind !== 'refused') || typeof text !== 'string') return undefined;
  return { kind, text: plainText(text) };
}

/** One line of at most 200 characters. */
export function plainText(text: string): string {
  return text.slice(0, KEPT).replace(/[\0-\x1f\x7f-\x9f]/g, ' ');
}
