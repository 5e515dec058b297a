// What a service hears before anything else: lines of input from the supervisor.

import { SLOT, TAG } from './abi.generated';
import { exit, receive } from './kernel';
import { Lines } from './lines';

/** Longest line of input, bytes. */
export const LINE: i32 = 4096;

/** Gives `read` the lines of input, until it says that one was the last. */
export function configure(read: (line: string) => bool): void {
  const lines = new Lines(LINE);
  for (;;) {
    const message = receive(SLOT.INPUT);
    if (!message) return exit(1);
    while (message.tag === TAG.CONSOLE_INPUT && message.data.left > 0) {
      const line = lines.feed(message.data.u8());
      if (line !== null && read(line)) return;
    }
  }
}
